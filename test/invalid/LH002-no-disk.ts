import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.boards[0].disks.splice(1, 1);
    home.boards[1].disks.splice(1, 1);
  },
  reliesOn: [['longhorn', 'enabled'], ['boards']],
  problems: [
    `error LH002
  longhorn.enabled: is true, and no board has a disk with purpose: 'longhorn'
  → give a board a disk with purpose: 'longhorn', or write enabled: false`,
  ],
  nearMisses: {
    'turned off': (home) => {
      home.boards[0].disks.splice(1, 1);
      home.boards[1].disks.splice(1, 1);
      home.longhorn.enabled = false;
    },
  },
} satisfies Fixture;
