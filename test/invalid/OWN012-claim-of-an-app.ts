import { type Fixture, releaseOf } from '../fixture.ts';

const storage = [{ name: 'data', size: '1GiB', noBackup: 'nobody would miss it' }];

/** A claim beside the release that has one of its own. */
const claim = (name: string) => ({
  resources: [
    {
      name: 'claim',
      objects: [
        {
          apiVersion: 'v1',
          kind: 'PersistentVolumeClaim',
          metadata: { name, namespace: 'app-forge' },
          spec: { volumeName: 'by-hand', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
        },
      ],
    },
  ],
});

export default {
  break: (home) => {
    home.releases = [releaseOf({ storage })];
    home.kustomize = claim('data');
  },
  problems: [
    `error OWN012
  kustomize.resources[0].objects[0]: PersistentVolumeClaim app-forge/data is already made by homecloud, for app.storage of forge
  → take one of the two away`,
  ],
  nearMisses: {
    'of another name': (home) => {
      home.releases = [releaseOf({ storage })];
      home.kustomize = claim('more');
    },
  },
} satisfies Fixture;
