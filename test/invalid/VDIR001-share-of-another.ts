import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares.push({ name: 'alice', on: ['oak/data', 'elm/data'], people: ['alice'] });
    home.people[0].vdir = { share: 'alice' };
    home.people[1].vdir = home.people[0].vdir;
    delete home.people[0].vdir;
  },
  problems: [
    `error VDIR001
  people[1].vdir.share: alice is for alice: it must be for bob alone
  → give bob a share of their own: people: ['bob']`,
  ],
} satisfies Fixture;
