import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares[0].sync = { ignore: ['(?d)/**'] };
  },
  problems: [
    `error ST017
  shares[0].sync.ignore[0]: "(?d)/**" leaves nothing to sync
  → write what stays where it is, for example '/cache', or sync: { enabled: false }`,
  ],
  nearMisses: {
    'a folder': (home) => {
      home.shares[0].sync = { ignore: ['/cache', '(?i)*.tmp', '!/cache/kept', '.stuff'] };
    },
  },
} satisfies Fixture;
