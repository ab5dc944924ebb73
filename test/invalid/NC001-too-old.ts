import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.versions = { ...home.versions, nextcloud: { version: '31.0.4-apache' } };
  },
  reliesOn: [['nextcloud', 'enabled']],
  problems: [
    `error NC001
  versions.nextcloud.version: is Nextcloud 31, and this homecloud is for 33 and 34
  → use the homecloud that had 31 until the home has 33, or write a version of 33`,
  ],
} satisfies Fixture;
