import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares.push({ name: 'alice', on: ['oak/data', 'elm/data'], people: ['alice'] });
    home.people[0].vdir = { share: 'alice' };
    home.shares[4].people = ['alice', 'bob'];
  },
  problems: [
    `error VDIR001
  people[0].vdir.share: alice is for alice, bob: it must be for alice alone
  → give alice a share of their own: people: ['alice']`,
  ],
} satisfies Fixture;
