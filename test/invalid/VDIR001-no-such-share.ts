import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares.push({ name: 'alice', on: ['oak/data', 'elm/data'], people: ['alice'] });
    home.people[0].vdir = { share: 'alice' };
    home.people[0].vdir.share = 'alices';
  },
  problems: [
    `error VDIR001
  people[0].vdir.share: there is no share "alices"
  → did you mean 'alice'? Shares are 'photos', 'documents', 'music', 'games' and 1 more`,
  ],
} satisfies Fixture;
