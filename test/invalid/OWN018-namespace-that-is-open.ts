import type { Fixture } from '../fixture.ts';

const level = { 'pod-security.kubernetes.io/enforce': 'baseline' };
const policy = (podSelector: object, policyTypes: readonly string[]) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: `deny-${policyTypes.join('-').toLowerCase()}`, namespace: 'wall' },
  spec: { podSelector, policyTypes },
});
const own = (labels: object, ...policies: readonly object[]) => ({
  resources: [
    {
      name: 'wall',
      objects: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'wall', labels } }, ...policies],
    },
  ],
});

export default {
  break: (home) => {
    home.kustomize = own(level, policy({}, ['Ingress']), policy({ matchLabels: { app: 'wall' } }, ['Egress']));
  },
  problems: [
    `error OWN018
  kustomize.resources[0].objects[0]: is the Namespace wall without a policy that closes it: its pods reach all of the home, and all reaches them
  → add { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'default-deny', namespace: 'wall' }, spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] } }, and a policy for each connection that its pods need, DNS first`,
  ],
  nearMisses: {
    'two policies that close it together': (home) => {
      home.kustomize = own(level, policy({}, ['Ingress']), policy({}, ['Egress']));
    },
  },
} satisfies Fixture;
