import { type Fixture, releaseOf } from '../fixture.ts';

const volume = { name: 'data', size: '1GiB' };

export default {
  break: (home) => {
    home.releases = [releaseOf({ storage: [volume] })];
  },
  reliesOn: [['longhorn']],
  problems: [
    `warning OWN021
  releases[0].app.storage[0]: has no backup: longhorn.backup is not there
  → add longhorn.backup, or say why it can be lost: noBackup: '…'`,
  ],
  nearMisses: {
    'a target': (home) => {
      home.longhorn.backup = { target: 'nfs://nas.example.org:/volumes' };
      home.releases = [releaseOf({ storage: [volume] })];
    },
  },
} satisfies Fixture;
