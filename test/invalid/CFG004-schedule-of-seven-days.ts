import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.longhorn.trim = '0 4 * * 7';
  },
  problems: [
    `error CFG004
  longhorn.trim: "0 4 * * 7" is not a schedule
  → write numbers from 0 to 6, or *, for its day of the week`,
  ],
  nearMisses: {
    'all that a schedule can say': (home) => {
      home.longhorn.trim = '*/15 0-6/2,22,23 1,15 * 0';
    },
  },
} satisfies Fixture;
