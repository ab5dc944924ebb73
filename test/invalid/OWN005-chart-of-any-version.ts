import type { Fixture } from '../fixture.ts';

const release = (version: string, kind = 'HelmRepository') => ({
  apiVersion: 'helm.toolkit.fluxcd.io/v2',
  kind: 'HelmRelease',
  metadata: { name: 'wall', namespace: 'default' },
  spec: {
    interval: '1h',
    chart: { spec: { chart: 'wall', version, sourceRef: { kind, name: 'wall' } } },
  },
});
const own = (version: string, kind?: string) => ({
  resources: [{ name: 'wall', layer: 'controllers', objects: [release(version, kind)] }],
});

export default {
  break: (home) => {
    home.kustomize = own('1.x');
  },
  problems: [
    `error OWN005
  kustomize.resources[0].objects[0]: has the chart wall in the version 1.x, which is not exact
  → write the version of one release: version: '1.2.3'`,
  ],
  nearMisses: {
    'one release': (home) => {
      home.kustomize = own('1.2.3');
    },
    'what a repository of Git holds': (home) => {
      home.kustomize = own('*', 'GitRepository');
    },
  },
} satisfies Fixture;
