import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.people[0].uid = 1999;
  },
  problems: [
    `error CFG004
  people[0].uid: 1999 is below 2000
  → write a number from 2000 to 59999`,
  ],
  nearMisses: {
    'the smallest': (home) => {
      home.people[0].uid = 2000;
    },
    'the largest': (home) => {
      home.people[0].uid = 59999;
    },
  },
} satisfies Fixture;
