import type { Fixture } from '../fixture.ts';

const note = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'note', namespace: 'default' } };

export default {
  break: (home) => {
    home.kustomize = { resources: [{ name: 'notes', objects: [note] }] };
    home.charts = [{ name: 'notes', chart: () => undefined }];
  },
  problems: [
    `error OWN001
  charts[0].name: the folder apps/own/notes is already used by kustomize.resources[0].name
  → give each entry its own name, or another layer`,
  ],
} satisfies Fixture;
