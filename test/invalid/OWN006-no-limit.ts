import type { Fixture } from '../fixture.ts';

const job = (resources: object) => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'notes', namespace: 'default' },
  spec: {
    schedule: '0 3 * * *',
    jobTemplate: {
      spec: {
        template: {
          spec: {
            restartPolicy: 'Never',
            containers: [{ name: 'notes', image: 'ghcr.io/example/notes:1.2.3', resources }],
          },
        },
      },
    },
  },
});

export default {
  break: (home) => {
    home.kustomize = {
      resources: [{ name: 'notes', objects: [job({ requests: { cpu: '10m', memory: '16Mi' } })] }],
    };
  },
  problems: [
    `error OWN006
  kustomize.resources[0].objects[0]: has the container notes without resources: limits.memory missing
  → write resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '128Mi' } }`,
  ],
  nearMisses: {
    'all of them': (home) => {
      home.kustomize = {
        resources: [
          { name: 'notes', objects: [job({ requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '16Mi' } })] },
        ],
      };
    },
  },
} satisfies Fixture;
