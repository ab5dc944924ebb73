import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.longhorn.replicas = 1;
  },
  reliesOn: [['longhorn', 'enabled'], ['boards']],
  problems: [
    `warning LH012
  longhorn.replicas: each volume has 1 copy, and 2 boards have a disk with purpose: 'longhorn'
  → take the key away: 2 copies are the default`,
  ],
} satisfies Fixture;
