import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.boards[1].disks[0].purpose = 'backup';
  },
  problems: [
    `error DNAS001
  shares[0].on[1]: the disk "elm/data" has purpose 'backup', and shares need purpose 'dnas'; the same at shares[1].on[1], shares[2].on[0], shares[3].on[1]
  → disks with purpose: 'dnas' are 'oak/data'`,
  ],
} satisfies Fixture;
