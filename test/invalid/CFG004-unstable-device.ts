import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.boards[0].disks[0].device = '/dev/sda1';
  },
  problems: [
    `error CFG004
  boards[0].disks[0].device: "/dev/sda1" is not a stable name
  → write a path below /dev/disk/by-id/, as "ls -l /dev/disk/by-id/" on the board shows it; /dev/sda, and what is named after a socket, can be another disk after a restart`,
  ],
  nearMisses: {
    'another stable name': (home) => {
      home.boards[0].disks[0].device = '/dev/disk/by-uuid/0a1b-2c3d';
    },
  },
} satisfies Fixture;
