import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.nextcloud = { enabled: true };
  },
  problems: [
    `error CFG005
  nextcloud: is not available yet
  → this version of homecloud does not build Nextcloud`,
  ],
  nearMisses: {
    'turned off': (home) => {
      home.nextcloud = false;
    },
  },
} satisfies Fixture;
