import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    delete home.shares[0].nextcloudBoard;
  },
  problems: [
    `error DNAS013
  shares[0].nextcloud: is true, and 2 boards hold the share: whose copy does Nextcloud show?
  → write nextcloudBoard: 'elm' beside it, or another of them: the one that is always on`,
  ],
  nearMisses: {
    'one copy': (home) => {
      delete home.shares[0].nextcloudBoard;
      home.shares[0].on = ['oak/data'];
    },
  },
} satisfies Fixture;
