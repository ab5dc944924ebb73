import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares[2].on = ['fir/system'];
  },
  problems: [
    `error DNAS001
  shares[2].on[0]: the disk "fir/system" has purpose 'system', and shares need purpose 'dnas'
  → disks with purpose: 'dnas' are 'oak/data', 'elm/data'`,
  ],
} satisfies Fixture;
