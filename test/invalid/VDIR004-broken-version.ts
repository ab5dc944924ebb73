import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares.push({ name: 'alice', on: ['oak/data', 'elm/data'], people: ['alice'] });
    home.people[0].vdir = { share: 'alice' };
    home.versions = { ...home.versions, nextcloud: { version: '33.0.9-apache' } };
  },
  reliesOn: [['nextcloud', 'enabled']],
  problems: [
    `warning VDIR004
  versions.nextcloud.version: is 33.0.9-apache, which cannot make the app password that contacts and calendars of alice are synced with
  → take it away: the home then has 34.0.3-apache, which can`,
  ],
  nearMisses: {
    'the one before': (home) => {
      home.shares.push({ name: 'alice', on: ['oak/data', 'elm/data'], people: ['alice'] });
      home.people[0].vdir = { share: 'alice' };
      home.versions = { ...home.versions, nextcloud: { version: '33.0.8-apache' } };
    },
    'without files': (home) => {
      home.versions = { ...home.versions, nextcloud: { version: '33.0.9-apache' } };
    },
  },
} satisfies Fixture;
