import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.backup = { enabled: true };
  },
  problems: [
    `error CFG005
  backup: is not available yet
  → this version of homecloud does not build backups`,
  ],
  nearMisses: {
    'turned off': (home) => {
      home.backup = false;
    },
  },
} satisfies Fixture;
