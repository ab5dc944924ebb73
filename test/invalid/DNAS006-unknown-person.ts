import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares[1].people = ['alicia'];
  },
  problems: [
    `error DNAS006
  shares[1].people[0]: "alicia" is not in people
  → did you mean 'alice'? People are 'alice', 'bob', 'carol', 'dave'`,
  ],
} satisfies Fixture;
