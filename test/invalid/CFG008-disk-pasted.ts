import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.boards[2].disks.push(structuredClone(home.boards[2].disks[0]));
  },
  reliesOn: [['boards', 2]],
  problems: [
    `error CFG008
  boards[2].disks[1]: is the same as boards[2].disks[0]
  → take one of the two away, or write what it was meant to be`,
  ],
  nearMisses: {
    'two disks that differ': (home) => {
      home.boards[2].disks[0].purpose = 'dnas';
      home.boards[2].disks.push({ name: 'more', device: '/dev/disk/by-id/ata-Example_0006', purpose: 'system' });
    },
  },
} satisfies Fixture;
