import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.boards[1].name = 'ash';
  },
  problems: [
    `error DNAS001
  shares[0].on[1]: there is no board "elm"; the same at shares[1].on[1], shares[2].on[0], shares[3].on[1]
  → disks with purpose: 'dnas' are 'oak/data', 'ash/data'`,
  ],
} satisfies Fixture;
