import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares[3].name = 'music';
  },
  problems: [
    `error DNAS003
  shares[3].name: "music" is already used by shares[2].name
  → give each share its own name`,
  ],
} satisfies Fixture;
