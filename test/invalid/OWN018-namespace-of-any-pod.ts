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
    home.kustomize = own({}, policy({}, ['Ingress', 'Egress']));
  },
  problems: [
    `error OWN018
  kustomize.resources[0].objects[0]: is the Namespace wall without a Pod Security level: its pods may do what root of a board may
  → write metadata: { name: 'wall', labels: { 'pod-security.kubernetes.io/enforce': 'baseline' } }, or 'restricted', as the apps have it`,
  ],
  nearMisses: {
    'a level': (home) => {
      home.kustomize = own(level, policy({}, ['Ingress', 'Egress']));
    },
  },
} satisfies Fixture;
