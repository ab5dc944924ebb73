import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.people[2].groups = ['children'];
    home.shares[1].groups = ['children', 'children'];
  },
  reliesOn: [['people', 2, 'groups']],
  problems: [
    `error DNAS033
  shares[1].groups[1]: "children" is already used by shares[1].groups[0]
  → name each group once`,
  ],
} satisfies Fixture;
