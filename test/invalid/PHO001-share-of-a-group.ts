import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.people[1].groups = ['cousins'];
    home.shares[3].groups = ['cousins'];
    home.shares[3].nextcloud = true;
    home.shares[3].nextcloudBoard = 'oak';
    home.people[0].photos = { share: 'games' };
  },
  problems: [
    `error PHO001
  people[0].photos.share: alice may not use games, which is for carol, dave, the group cousins
  → add 'alice' to the people of the share, or name a share of alice`,
  ],
  nearMisses: {
    'of their group': (home) => {
      home.people[0].groups = ['cousins'];
      home.people[0].photos = { share: 'games' };
      home.shares[3] = { ...home.shares[3], groups: ['cousins'], nextcloud: true, nextcloudBoard: 'oak' };
    },
  },
} satisfies Fixture;
