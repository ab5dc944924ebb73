import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares[0].sync = { ignore: ['/.stfolder'] };
  },
  problems: [
    `error ST017
  shares[0].sync.ignore[0]: "/.stfolder" is Syncthing's own, which it never syncs
  → take the pattern away`,
  ],
} satisfies Fixture;
