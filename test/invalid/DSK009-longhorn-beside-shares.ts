import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.boards[0].disks[1].device = `${home.boards[0].disks[0].device}-part2`;
    home.boards[0].disks[0].device = `${home.boards[0].disks[0].device}-part1`;
  },
  problems: [
    `warning DSK009
  boards[0].disks[1].device: /dev/disk/by-id/usb-Example_Portable_0001-0:0-part2 is on the same disk as boards[0].disks[0].device
  → give Longhorn a disk of its own, or take the disk with purpose: 'longhorn' away`,
  ],
  nearMisses: {
    'parts of two disks': (home) => {
      home.boards[0].disks[0].device = `${home.boards[0].disks[0].device}-part1`;
      home.boards[0].disks[1].device = `${home.boards[0].disks[1].device}-part1`;
    },
  },
} satisfies Fixture;
