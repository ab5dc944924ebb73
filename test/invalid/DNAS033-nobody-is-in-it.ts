import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares[1].groups = ['parents'];
  },
  problems: [
    `error DNAS033
  shares[1].groups[0]: nobody is in the group "parents"
  → write it at the people who are in it: groups: ['parents']`,
  ],
  nearMisses: {
    'somebody is': (home) => {
      home.shares[1].groups = ['parents'];
      home.people[2].groups = ['parents'];
    },
  },
} satisfies Fixture;
