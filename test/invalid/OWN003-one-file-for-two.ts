import type { Fixture } from '../fixture.ts';

const note = (namespace: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'note', namespace } });

export default {
  break: (home) => {
    home.kustomize = { resources: [{ name: 'notes', objects: [note('default'), note('kube-system')] }] };
  },
  problems: [
    `error OWN003
  kustomize.resources[0].objects[1]: the file apps/own/notes/configmap-note.yaml is already used by kustomize.resources[0].objects[0]
  → objects of one kind and name, in two namespaces, are two entries`,
  ],
} satisfies Fixture;
