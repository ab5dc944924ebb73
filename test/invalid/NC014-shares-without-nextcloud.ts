import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.nextcloud.enabled = false;
  },
  problems: [
    `error NC014
  shares[0].nextcloud: is true, and the home has no Nextcloud
  → write nextcloud: { enabled: true }, or take nextcloud: true away from the share`,
  ],
  nearMisses: {
    'neither of them': (home) => {
      home.nextcloud.enabled = false;
      home.shares[0].nextcloud = false;
      delete home.shares[0].nextcloudBoard;
    },
  },
} satisfies Fixture;
