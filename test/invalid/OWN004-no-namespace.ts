import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.kustomize = {
      resources: [{ name: 'notes', objects: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'note' } }] }],
    };
  },
  problems: [
    `error OWN004
  kustomize.resources[0].objects[0]: is ConfigMap note, and has no namespace
  → write metadata: { namespace: '…' }: one of the home, or one that you make`,
  ],
  nearMisses: {
    'of the whole cluster': (home) => {
      home.kustomize = {
        resources: [
          {
            name: 'classes',
            objects: [
              { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'mine' }, value: 1 },
            ],
          },
        ],
      };
    },
    'of an API that homecloud does not know': (home) => {
      home.kustomize = {
        resources: [
          { name: 'wall', objects: [{ apiVersion: 'example.org/v1', kind: 'Wall', metadata: { name: 'a' } }] },
        ],
      };
    },
  },
} satisfies Fixture;
