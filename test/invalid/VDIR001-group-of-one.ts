import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.people[0].groups = ['parents'];
    home.shares.push({ name: 'alice', on: ['oak/data', 'elm/data'], groups: ['parents'] });
    home.people[0].vdir = { share: 'alice' };
  },
  problems: [
    `error VDIR001
  people[0].vdir.share: alice is for the group parents: it must be for alice alone
  → give alice a share of their own: people: ['alice']`,
  ],
} satisfies Fixture;
