import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.people[3].photos = { share: 'photos' };
    home.nextcloud = { enabled: false };
    delete home.shares[0].nextcloud;
    delete home.shares[0].nextcloudBoard;
  },
  problems: [
    `error PHO002
  people[3].photos: are uploaded by Nextcloud's app, and the home has no Nextcloud
  → write nextcloud: { enabled: true } and nextcloud: true at the share, or photos: { share: 'photos', by: 'syncthing' }`,
  ],
} satisfies Fixture;
