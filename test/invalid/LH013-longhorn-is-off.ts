import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.longhorn.enabled = false;
  },
  reliesOn: [['boards']],
  problems: [
    `warning LH013
  longhorn.enabled: is false, and 2 boards have disks with purpose: 'longhorn', which nothing uses
  → write enabled: true, or take the disks away: their files stay`,
  ],
  nearMisses: {
    'no disk for it': (home) => {
      home.longhorn.enabled = false;
      for (const board of home.boards.slice(0, 2)) board.disks.splice(1, 1);
    },
  },
} satisfies Fixture;
