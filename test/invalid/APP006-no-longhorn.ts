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
  home: 'minimal',
  break: (home) => {
    home.apps = [{ ...app, storage: [volume] }];
  },
  problems: [
    `warning APP006
  apps[0].storage[0]: has no backup: its storage class, local-path, has none
  → use Longhorn and longhorn.backup, or say why it can be lost: noBackup: '…'`,
  ],
  nearMisses: {
    'a reason': (home) => {
      home.apps = [{ ...app, storage: [{ ...volume, noBackup: 'it is made anew at each start' }] }];
    },
  },
} satisfies Fixture;
