import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.people[0].photos = { share: 'documents' };
  },
  reliesOn: [['shares', 1]],
  problems: [
    `error PHO002
  people[0].photos: are uploaded by Nextcloud's app, and Nextcloud does not show documents
  → write nextcloud: true at the share, or photos: { share: 'documents', by: 'syncthing' }`,
  ],
  nearMisses: {
    'a share that it shows': (home) => {
      home.people[0].photos = { share: 'documents' };
      home.shares[1].nextcloud = true;
      home.shares[1].nextcloudBoard = 'elm';
    },
  },
} satisfies Fixture;
