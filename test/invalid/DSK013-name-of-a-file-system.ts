import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.boards[0].disks[0].device = '/dev/disk/by-label/photos';
    home.boards[0].disks[0].erase = 'EX0001';
  },
  reliesOn: [['boards', 0, 'disks', 0, 'erase']],
  problems: [
    `error DSK013
  boards[0].disks[0].device: /dev/disk/by-label/photos is the name of a file system, which ends when the disk is erased
  → copy the name of the disk from "ls -l /dev/disk/by-id/" on the board`,
  ],
  nearMisses: {
    'a partition by its own id': (home) => {
      home.boards[0].disks[0].device = '/dev/disk/by-partuuid/6f3a3b0c-01';
      home.boards[0].disks[0].erase = 'EX0001';
    },
    'a file system that is kept': (home) => {
      home.boards[0].disks[0].device = '/dev/disk/by-label/photos';
    },
  },
} satisfies Fixture;
