import type { Fixture } from '../fixture.ts';

const app = {
  name: 'wiki',
  image: 'ghcr.io/example/wiki',
  version: '1.2.3',
  port: 8080,
  resources: { memoryLimit: '64MiB' },
};
const storage = [{ name: 'pages', path: '/data', size: '1GiB', noBackup: 'it is made anew' }];

export default {
  break: (home) => {
    home.apps = [{ ...app, storage, replicas: 2 }];
  },
  problems: [
    `error APP002
  apps[0].replicas: is 2, and the app has a volume, which only one of them could use
  → write replicas: 1, or take storage away`,
  ],
  nearMisses: {
    'one with a volume': (home) => {
      home.apps = [{ ...app, storage }];
    },
    'two without': (home) => {
      home.apps = [{ ...app, replicas: 2 }];
    },
  },
} satisfies Fixture;
