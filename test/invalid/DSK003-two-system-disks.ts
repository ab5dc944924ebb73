import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.boards[2].disks.push({ name: 'more', device: '/dev/disk/by-id/ata-Example_0006', purpose: 'system' });
  },
  problems: [
    `error DSK003
  boards[2].disks[1].purpose: purpose 'system' is already used by boards[2].disks[0].purpose
  → keep one of them and give the other another purpose`,
  ],
  nearMisses: {
    'two dnas disks': (home) => {
      home.boards[2].disks.push(
        { name: 'more', device: '/dev/disk/by-id/ata-Example_0006', purpose: 'dnas' },
        { name: 'most', device: '/dev/disk/by-id/ata-Example_0007', purpose: 'dnas' },
      );
    },
  },
} satisfies Fixture;
