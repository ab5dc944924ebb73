import type { Fixture } from '../fixture.ts';

const note = (namespace: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'note', namespace } });
const space = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'notes' } };

export default {
  break: (home) => {
    home.kustomize = { resources: [{ name: 'notes', objects: [note('notes')] }] };
  },
  problems: [
    `error OWN004
  kustomize.resources[0].objects[0]: is ConfigMap note in the namespace notes, which nobody makes
  → add an object of kind Namespace, or choose one of cert-manager, default, dnas, flux-system, headlamp, kube-node-lease, kube-public, kube-system, longhorn-system, nextcloud, observability, traefik`,
  ],
  nearMisses: {
    'made beside it': (home) => {
      home.kustomize = { resources: [{ name: 'notes', objects: [space, note('notes')] }] };
    },
    'made before it': (home) => {
      home.kustomize = {
        resources: [
          { name: 'notes', objects: [note('notes')] },
          { name: 'notes', layer: 'controllers', objects: [space] },
        ],
      };
    },
    'one of the home': (home) => {
      home.kustomize = { resources: [{ name: 'notes', objects: [note('traefik')] }] };
    },
  },
} satisfies Fixture;
