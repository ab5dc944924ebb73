import type { Fixture } from '../fixture.ts';

const note = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'note', namespace: 'notes' } };
const space = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'notes' } };

export default {
  break: (home) => {
    home.kustomize = {
      resources: [
        { name: 'notes', layer: 'configs', objects: [note] },
        { name: 'space', layer: 'apps', objects: [space] },
      ],
    };
  },
  problems: [
    `error OWN004
  kustomize.resources[0].objects[0]: is ConfigMap note in the namespace notes, which apps/own/space makes, and that is not before
  → make the namespace in the same entry, or in one with layer: 'controllers'`,
  ],
} satisfies Fixture;
