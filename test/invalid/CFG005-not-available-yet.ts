import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.longhorn = { replicas: 2 };
  },
  problems: [
    `error CFG005
  longhorn: is not available yet
  → this version of homecloud does not build Longhorn`,
  ],
  nearMisses: {
    'turned off': (home) => {
      home.longhorn = false;
    },
  },
} satisfies Fixture;
