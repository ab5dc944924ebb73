import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares[3].name = 'music';
  },
  problems: [
    `error DNAS017
  shares[3].name: "music" is already used by shares[2].name
  → give each share its own name`,
  ],
  nearMisses: {
    another: (home) => {
      home.shares[3].name = 'music-2';
    },
  },
} satisfies Fixture;
