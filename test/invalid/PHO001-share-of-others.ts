import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.people[2].photos = { share: 'documents' };
  },
  reliesOn: [['shares', 1]],
  problems: [
    `error PHO001
  people[2].photos.share: carol may not use documents, which is for alice, bob
  → add 'carol' to the people of the share, or name a share of carol`,
  ],
} satisfies Fixture;
