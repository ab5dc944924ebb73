import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.longhorn.replicas = 3;
  },
  reliesOn: [['longhorn', 'enabled'], ['boards']],
  problems: [
    `error LH001
  longhorn.replicas: 3 copies need as many boards, and 2 boards have a disk with purpose: 'longhorn'
  → write replicas: 2, or give more boards such a disk`,
  ],
  nearMisses: {
    'as many as boards': (home) => {
      home.longhorn.replicas = 2;
    },
    'a third board with a disk': (home) => {
      home.longhorn.replicas = 3;
      home.boards[2].disks.push({
        name: 'blocks',
        device: '/dev/disk/by-id/nvme-Example_SSD_0006',
        purpose: 'longhorn',
      });
    },
    'not in use': (home) => {
      home.longhorn = { enabled: false, replicas: 3 };
      for (const board of home.boards.slice(0, 2)) board.disks.splice(1, 1);
    },
  },
} satisfies Fixture;
