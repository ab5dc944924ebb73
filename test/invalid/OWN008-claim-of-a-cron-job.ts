import type { Fixture } from '../fixture.ts';

const metadata = { name: 'tidy', namespace: 'default' };
const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata, spec: {} };
const pod = {
  containers: [
    {
      name: 'tidy',
      image: 'ghcr.io/example/tidy:1.2.3',
      resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '16Mi' } },
    },
  ],
  volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'tidy' } }],
};
const job = { template: { spec: pod } };
const cronJob = { apiVersion: 'batch/v1', kind: 'CronJob', metadata, spec: { jobTemplate: { spec: job } } };
const first = { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: job };

export default {
  break: (home) => {
    home.kustomize = { resources: [{ name: 'tidy', objects: [claim, cronJob] }] };
  },
  problems: [
    `error OWN008
  kustomize.resources[0].objects[0]: is PersistentVolumeClaim tidy, and nothing in apps/own/tidy mounts it as soon as it is there
  → put it in the entry of the Deployment, StatefulSet or Job that mounts it: it is bound by the first pod, and Flux waits for that before it goes on`,
  ],
  nearMisses: {
    'a job that mounts it first': (home) => {
      home.kustomize = { resources: [{ name: 'tidy', objects: [claim, cronJob, first] }] };
    },
  },
} satisfies Fixture;
