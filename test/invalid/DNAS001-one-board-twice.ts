import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.boards[1].disks.push({ name: 'more', device: '/dev/disk/by-id/ata-Example_0006', purpose: 'dnas' });
    home.shares[2].on = ['elm/data', 'elm/more'];
  },
  problems: [
    `error DNAS001
  shares[2].on[1]: the board of "elm/more" is already used by shares[2].on[0]
  → a board holds a share once: keep one of its disks`,
  ],
  nearMisses: {
    'another disk of the board': (home) => {
      home.boards[1].disks.push({ name: 'more', device: '/dev/disk/by-id/ata-Example_0006', purpose: 'dnas' });
      home.shares[2].on = ['elm/more'];
    },
  },
} satisfies Fixture;
