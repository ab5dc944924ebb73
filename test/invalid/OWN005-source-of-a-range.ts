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
    home.kustomize = own({ tag: '1.2.3', semver: '>=1.0.0' });
  },
  problems: [
    `error OWN005
  kustomize.resources[0].objects[0]: has the versions >=1.0.0 in the OCIRepository wall, which is not an exact version
  → write the tag of one release, ref: { tag: '1.2.3' }, or a digest`,
  ],
} satisfies Fixture;
