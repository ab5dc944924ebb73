import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.k3s = { snapshots: { everyHours: 2, keep: 6 } };
  },
  problems: [
    `warning K3S015
  k3s.snapshots.keep: 6 copies, one every 2 hours, go back 12 hours only
  → keep those of a day at least: keep: 12`,
  ],
  nearMisses: {
    'copies of a day': (home) => {
      home.k3s = { snapshots: { everyHours: 12, keep: 2 } };
    },
  },
} satisfies Fixture;
