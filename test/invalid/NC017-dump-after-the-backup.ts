import type { Fixture } from '../fixture.ts';

const target = 'nfs://nas.example.org:/volumes';

export default {
  break: (home) => {
    home.longhorn.backup = { target };
    home.nextcloud.backup = { schedule: '30 3 * * *' };
  },
  reliesOn: [
    ['nextcloud', 'enabled'],
    ['longhorn', 'enabled'],
  ],
  problems: [
    `warning NC017
  nextcloud.backup.schedule: is '30 3 * * *': when Longhorn backs up the volumes, at '0 3 * * *', the dump is 23 hours old
  → write '0 2 * * *', or take the key away`,
  ],
  nearMisses: {
    'just before it': (home) => {
      home.longhorn.backup = { target };
      home.nextcloud.backup = { schedule: '30 2 * * *' };
    },
    'a backup four times a day': (home) => {
      home.longhorn.backup = { target, schedule: '0 */6 * * *' };
      home.nextcloud.backup = { schedule: '30 3 * * *' };
    },
  },
} satisfies Fixture;
