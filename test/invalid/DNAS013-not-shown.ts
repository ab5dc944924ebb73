import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares[1].nextcloudBoard = 'oak';
  },
  problems: [
    `error DNAS013
  shares[1].nextcloudBoard: is "oak", and Nextcloud does not show the share
  → write nextcloud: true, or take nextcloudBoard away`,
  ],
  nearMisses: {
    shown: (home) => {
      home.shares[1].nextcloud = true;
      home.shares[1].nextcloudBoard = 'oak';
    },
  },
} satisfies Fixture;
