import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.boards[1].disks.splice(1, 1);
  },
  reliesOn: [['longhorn', 'enabled'], ['boards']],
  problems: [
    `warning LH012
  longhorn.enabled: all volumes are on one board: no other has a disk with purpose: 'longhorn'
  → give a second board such a disk`,
  ],
  nearMisses: {
    'a home of one board': (home) => {
      home.boards = [home.boards[0]];
      for (const share of home.shares) share.on = ['oak/data'];
    },
  },
} satisfies Fixture;
