import type { Fixture } from '../fixture.ts';

const app = {
  name: 'wiki',
  image: 'ghcr.io/example/wiki',
  version: '1.2.3',
  port: 8080,
  resources: { memoryLimit: '64MiB' },
};
const volume = { name: 'pages', path: '/data', size: '1GiB' };

export default {
  break: (home) => {
    home.apps = [{ ...app, storage: [volume] }];
  },
  reliesOn: [['longhorn']],
  problems: [
    `warning APP006
  apps[0].storage[0]: has no backup: longhorn.backup is not there
  → add longhorn.backup, or say why it can be lost: noBackup: '…'`,
  ],
  nearMisses: {
    'a target': (home) => {
      home.longhorn.backup = { target: 'nfs://nas.example.org:/volumes' };
      home.apps = [{ ...app, storage: [{ ...volume, storageClass: 'longhorn-single' }] }];
    },
  },
} satisfies Fixture;
