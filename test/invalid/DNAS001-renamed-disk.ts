import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.boards[0].disks[0].name = 'store';
  },
  problems: [
    `error DNAS001
  shares[0].on[0]: there is no disk "oak/data"; the same at shares[1].on[0], shares[3].on[0]
  → disks with purpose: 'dnas' are 'oak/store', 'elm/data'`,
  ],
} satisfies Fixture;
