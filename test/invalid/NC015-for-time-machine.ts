import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares[2].nextcloud = true;
    home.shares[2].timeMachine = { size: '500GiB' };
  },
  problems: [
    `error NC015
  shares[2].nextcloud: is true, and the share is for Time Machine: Nextcloud would show thousands of pieces of backups
  → take nextcloud: true away, and give the other files a share of their own`,
  ],
  nearMisses: {
    'Time Machine alone': (home) => {
      home.shares[2].timeMachine = { size: '500GiB' };
    },
  },
} satisfies Fixture;
