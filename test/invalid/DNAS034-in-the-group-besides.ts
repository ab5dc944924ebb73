import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.people[0].groups = ['parents'];
    home.shares[1].groups = ['parents'];
  },
  // Alice is named there.
  reliesOn: [['shares', 1, 'people']],
  problems: [
    `warning DNAS034
  shares[1].people[0]: "alice" is in the group "parents", which may use the share: taken out of the group, alice still may
  → take 'alice' out of the people of the share`,
  ],
  nearMisses: {
    'in two groups of the share': (home) => {
      home.people[0].groups = ['parents', 'family'];
      home.shares[1].groups = ['parents', 'family'];
      home.shares[1].people = ['bob'];
    },
  },
} satisfies Fixture;
