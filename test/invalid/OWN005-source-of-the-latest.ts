import type { Fixture } from '../fixture.ts';

const own = (ref: object) => ({
  resources: [
    {
      name: 'wall',
      layer: 'controllers',
      objects: [
        {
          apiVersion: 'source.toolkit.fluxcd.io/v1',
          kind: 'OCIRepository',
          metadata: { name: 'wall', namespace: 'default' },
          spec: { interval: '1h', url: 'oci://ghcr.io/example/wall', ref },
        },
      ],
    },
  ],
});

export default {
  break: (home) => {
    home.kustomize = own({ tag: 'latest' });
  },
  problems: [
    `error OWN005
  kustomize.resources[0].objects[0]: has the tag latest in the OCIRepository wall, which is not an exact version
  → write the tag of one release, ref: { tag: '1.2.3' }, or a digest`,
  ],
  nearMisses: {
    'the tag of a release': (home) => {
      home.kustomize = own({ tag: '1.2.3' });
    },
    'a digest': (home) => {
      home.kustomize = own({ tag: 'latest', digest: `sha256:${'0'.repeat(64)}` });
    },
    'a range of one version': (home) => {
      home.kustomize = own({ semver: '1.2.3' });
    },
  },
} satisfies Fixture;
