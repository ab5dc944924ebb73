import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.kustomize = {
      resources: [
        { name: 'notes', objects: [{ apiVersion: 'v1', metadata: { name: 'a', namespace: 'default' }, data: {} }] },
      ],
    };
  },
  problems: [
    `error CFG002
  kustomize.resources[0].objects[0].kind: is missing
  → add it, for example kind: 'ConfigMap'. Kind of the object: \`ConfigMap\`.`,
  ],
} satisfies Fixture;
