import type { Fixture } from '../fixture.ts';

const note = (apiVersion: string, namespace: string) => ({
  apiVersion,
  kind: 'CronJob',
  metadata: { name: 'note', namespace },
});

export default {
  break: (home) => {
    home.kustomize = {
      resources: [
        { name: 'one', objects: [note('batch/v1', 'default')] },
        { name: 'two', objects: [note('batch/v1beta1', 'default')] },
      ],
    };
  },
  problems: [
    `error OWN003
  kustomize.resources[1].objects[0]: CronJob.batch default/note is already used by kustomize.resources[0].objects[0]
  → take one of them away`,
  ],
  nearMisses: {
    'of one name in two namespaces': (home) => {
      home.kustomize = {
        resources: [
          { name: 'one', objects: [note('batch/v1', 'default')] },
          { name: 'two', objects: [note('batch/v1', 'kube-system')] },
        ],
      };
    },
  },
} satisfies Fixture;
