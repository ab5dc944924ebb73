import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    delete home.nextcloud.phoneRegion;
  },
  reliesOn: [['nextcloud', 'enabled']],
  problems: [
    `warning NC012
  nextcloud: does not say in which country phone numbers are dialled
  → write the two letters of your country: phoneRegion: 'FR'`,
  ],
  nearMisses: {
    'another country': (home) => {
      home.nextcloud.phoneRegion = 'CH';
    },
    'turned off': (home) => {
      home.nextcloud = { enabled: false };
      home.shares[0].nextcloud = false;
      delete home.shares[0].nextcloudBoard;
    },
  },
} satisfies Fixture;
