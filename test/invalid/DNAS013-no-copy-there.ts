import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares[0].nextcloudBoard = 'ash';
  },
  problems: [
    `error DNAS013
  shares[0].nextcloudBoard: is "ash", which has no copy of the share
  → write one of 'oak', 'elm', or take nextcloudBoard away`,
  ],
  nearMisses: {
    'the other copy': (home) => {
      home.shares[0].nextcloudBoard = 'elm';
    },
  },
} satisfies Fixture;
