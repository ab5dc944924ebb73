import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares[1].people = ['alice', 'alice'];
  },
  reliesOn: [['people', 0, 'name']],
  problems: [
    `error DNAS006
  shares[1].people[1]: "alice" is already used by shares[1].people[0]
  → name each person once`,
  ],
} satisfies Fixture;
