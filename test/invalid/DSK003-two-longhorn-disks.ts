import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.boards[0].disks.push({ name: 'more', device: '/dev/disk/by-id/ata-Example_0006', purpose: 'longhorn' });
  },
  reliesOn: [['boards', 0, 'disks', 1]],
  problems: [
    `error DSK003
  boards[0].disks[2].purpose: purpose 'longhorn' is already used by boards[0].disks[1].purpose
  → keep one of them and give the other another purpose`,
  ],
  nearMisses: {
    'two backup disks': (home) => {
      home.boards[0].disks.push(
        { name: 'more', device: '/dev/disk/by-id/ata-Example_0006', purpose: 'backup' },
        { name: 'most', device: '/dev/disk/by-id/ata-Example_0007', purpose: 'backup' },
      );
    },
  },
} satisfies Fixture;
