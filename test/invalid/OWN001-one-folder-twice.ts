import type { Fixture } from '../fixture.ts';

const note = (name: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data: { text: 'bins on Tuesday' },
});

export default {
  break: (home) => {
    home.kustomize = {
      resources: [
        { name: 'notes', objects: [note('one')] },
        { name: 'notes', objects: [note('two')] },
      ],
    };
  },
  problems: [
    `error OWN001
  kustomize.resources[1].name: the folder apps/own/notes is already used by kustomize.resources[0].name
  → give each entry its own name, or another layer`,
  ],
  nearMisses: {
    'two layers': (home) => {
      home.kustomize = {
        resources: [
          { name: 'notes', objects: [note('one')] },
          { name: 'notes', layer: 'configs', objects: [note('two')] },
        ],
      };
    },
  },
} satisfies Fixture;
