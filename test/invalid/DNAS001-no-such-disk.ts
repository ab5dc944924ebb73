import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares[2].on = ['elm/date'];
  },
  problems: [
    `error DNAS001
  shares[2].on[0]: there is no disk "elm/date"
  → did you mean 'elm/data'? Disks with purpose: 'dnas' are 'oak/data', 'elm/data'`,
  ],
} satisfies Fixture;
