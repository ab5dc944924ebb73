import type { Fixture } from '../fixture.ts';

const own = (ref: object) => ({
  resources: [
    {
      name: 'wall',
      layer: 'controllers',
      objects: [
        {
          apiVersion: 'source.toolkit.fluxcd.io/v1',
          kind: 'GitRepository',
          metadata: { name: 'wall', namespace: 'default' },
          spec: { interval: '1h', url: 'https://git.example.org/wall', ref },
        },
      ],
    },
  ],
});

export default {
  break: (home) => {
    home.kustomize = own({ branch: 'main' });
  },
  problems: [
    `error OWN005
  kustomize.resources[0].objects[0]: has the branch main in the GitRepository wall, which is not an exact version
  → write the tag of one release, ref: { tag: 'v1.2.3' }, or a commit`,
  ],
  nearMisses: {
    'a commit': (home) => {
      home.kustomize = own({ branch: 'main', commit: '0123456789abcdef0123456789abcdef01234567' });
    },
    'the tag of a release': (home) => {
      home.kustomize = own({ tag: 'v1.2.3' });
    },
    'the full name of a tag': (home) => {
      home.kustomize = own({ name: 'refs/tags/v1.2.3' });
    },
  },
} satisfies Fixture;
