import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.versions = { ...home.versions, nextcloud: { version: '36.0.1-apache' } };
  },
  reliesOn: [['nextcloud', 'enabled']],
  problems: [
    `error NC001
  versions.nextcloud.version: is Nextcloud 36, and this homecloud is for 33 and 34
  → take it away, and wait for a homecloud with Nextcloud 36`,
  ],
  nearMisses: {
    'the same major version': (home) => {
      home.versions = { nextcloud: { version: '34.0.9-apache' } };
    },
    'the one before': (home) => {
      home.versions = { nextcloud: { version: '33.0.8-apache' } };
    },
    'turned off': (home) => {
      home.nextcloud.enabled = false;
      home.shares[0].nextcloud = false;
      delete home.shares[0].nextcloudBoard;
      home.versions = { nextcloud: { version: '36.0.1-apache' } };
    },
  },
} satisfies Fixture;
