import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.people[0].groups = ['parents', 'admin'];
    for (const index of [1, 3]) {
      delete home.shares[index].people;
      home.shares[index].groups = ['parent'];
    }
  },
  problems: [
    `error DNAS033
  shares[1].groups[0]: nobody is in the group "parent"; the same at shares[3].groups[0]
  → did you mean 'parents'? Groups are 'admin', 'parents'`,
  ],
  nearMisses: {
    'renamed everywhere': (home) => {
      home.people[0].groups = ['parent', 'admin'];
      for (const index of [1, 3]) home.shares[index] = { ...home.shares[index], people: [], groups: ['parent'] };
    },
  },
} satisfies Fixture;
