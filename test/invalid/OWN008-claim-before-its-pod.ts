import type { Fixture } from '../fixture.ts';

const metadata = { name: 'wall', namespace: 'default' };
const claim = (spec: object = {}) => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata, spec });
const pod = {
  containers: [
    {
      name: 'wall',
      image: 'ghcr.io/example/wall:1.2.3',
      resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '16Mi' } },
    },
  ],
  volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'wall' } }],
};
const workload = { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { template: { spec: pod } } };
const release = {
  apiVersion: 'helm.toolkit.fluxcd.io/v2',
  kind: 'HelmRelease',
  metadata,
  spec: { chartRef: { kind: 'OCIRepository', name: 'wall' }, values: { storage: { existingClaim: 'wall' } } },
};
const together = (...objects: readonly object[]) => ({ resources: [{ name: 'wall', objects }] });

export default {
  break: (home) => {
    home.kustomize = {
      resources: [
        { name: 'wall-data', layer: 'configs', objects: [claim()] },
        { name: 'wall', objects: [workload] },
      ],
    };
  },
  problems: [
    `error OWN008
  kustomize.resources[0].objects[0]: is PersistentVolumeClaim wall, and nothing in configs/own/wall-data mounts it as soon as it is there
  → put it in the entry of the Deployment, StatefulSet or Job that mounts it: it is bound by the first pod, and Flux waits for that before it goes on`,
  ],
  nearMisses: {
    'beside what mounts it': (home) => {
      home.kustomize = together(claim(), workload);
    },
    'beside a chart that is told its name': (home) => {
      home.kustomize = together(claim(), release);
    },
    'of a volume that it names': (home) => {
      home.kustomize = together(claim({ volumeName: 'wall' }));
    },
    'of a class that does not wait': (home) => {
      home.kustomize = together(claim({ storageClassName: 'mine' }), {
        apiVersion: 'storage.k8s.io/v1',
        kind: 'StorageClass',
        metadata: { name: 'mine' },
        provisioner: 'example.org/mine',
      });
    },
  },
} satisfies Fixture;
