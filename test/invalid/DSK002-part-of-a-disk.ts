import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.boards[2].disks.push({ name: 'more', device: `${home.boards[2].disks[0].device}-part1`, purpose: 'dnas' });
  },
  reliesOn: [['boards', 2, 'disks']],
  problems: [
    `error DSK002
  boards[2].disks[1].device: /dev/disk/by-id/usb-Example_SSD_0005-0:0-part1 is a part of boards[2].disks[0].device, the whole disk
  → name the whole disk once, or each of its parts`,
  ],
  nearMisses: {
    'two parts': (home) => {
      const { device } = home.boards[2].disks[0];
      home.boards[2].disks[0].device = `${device}-part1`;
      home.boards[2].disks.push({ name: 'more', device: `${device}-part2`, purpose: 'dnas' });
    },
  },
} satisfies Fixture;
