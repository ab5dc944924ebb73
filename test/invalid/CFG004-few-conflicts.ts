import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares[0].sync = { maxConflicts: 9 };
  },
  problems: [
    `error CFG004
  shares[0].sync.maxConflicts: 9 is below 10
  → write a number from 10 to 1000`,
  ],
  nearMisses: {
    'the least': (home) => {
      home.shares[0].sync = { maxConflicts: 10 };
    },
  },
} satisfies Fixture;
