import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.longhorn.snapshots = { schedule: '@daily' };
  },
  problems: [
    `error CFG004
  longhorn.snapshots.schedule: "@daily" is not a schedule
  → write minute, hour, day of the month, month and day of the week, for example '0 3 * * *' for every day at 3 in the morning`,
  ],
} satisfies Fixture;
