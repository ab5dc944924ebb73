import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.versions = { ...home.versions, nextcloud: { version: '34.0.3-fpm' } };
  },
  reliesOn: [['nextcloud', 'enabled']],
  problems: [
    `error NC013
  versions.nextcloud.version: is 34.0.3-fpm, and not the image with Apache
  → write the three numbers and -apache, for example version: '34.0.3-apache'`,
  ],
  nearMisses: {
    'with Apache': (home) => {
      home.versions = { nextcloud: { version: '34.0.3-apache' } };
    },
  },
} satisfies Fixture;
