import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.people[2].photos = { share: 'photo' };
  },
  problems: [
    `error PHO001
  people[2].photos.share: there is no share "photo"
  → did you mean 'photos'? Shares are 'photos', 'documents', 'music', 'games'`,
  ],
  nearMisses: {
    'a share of several people': (home) => {
      home.people[2].photos = { share: 'photos' };
    },
  },
} satisfies Fixture;
