import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.people[1].uid = 2001;
  },
  problems: [
    `error PPL001
  people[1].uid: 2001 is already used by people[0].uid
  → give each person a number that was never used before`,
  ],
  nearMisses: {
    'the largest': (home) => {
      home.people[1].uid = 59999;
    },
  },
} satisfies Fixture;
