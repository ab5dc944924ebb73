import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.people[3].name = 'david';
  },
  problems: [
    `error DNAS006
  shares[0].people[3]: "dave" is not in people; the same at shares[2].people[3], shares[3].people[1]
  → people are 'alice', 'bob', 'carol', 'david'`,
  ],
  nearMisses: {
    'renamed everywhere': (home) => {
      home.people[3].name = 'david';
      for (const { people } of home.shares) if (people.at(-1) === 'dave') people[people.length - 1] = 'david';
    },
  },
} satisfies Fixture;
