import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.boards[1].disks[0].device = home.boards[0].disks[0].device;
  },
  reliesOn: [['boards', 0, 'disks', 0, 'device']],
  problems: [
    `warning DSK012
  boards[1].disks[0].device: /dev/disk/by-id/usb-Example_Portable_0001-0:0 is also boards[0].disks[0].device, a disk of another board
  → copy the id from "ls -l /dev/disk/by-id/" on this very board`,
  ],
  nearMisses: {
    'one label on two boards': (home) => {
      home.boards[0].disks[0].device = '/dev/disk/by-label/data';
      home.boards[1].disks[0].device = '/dev/disk/by-label/data';
    },
  },
} satisfies Fixture;
