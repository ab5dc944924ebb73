import { type Fixture, releaseOf } from '../fixture.ts';

const volume = { name: 'data', size: '1GiB', noBackup: 'nobody would miss it' };

export default {
  break: (home) => {
    home.releases = [releaseOf({ storage: [volume, volume] })];
  },
  problems: [
    `error OWN020
  releases[0].app.storage[1].name: data is already used by releases[0].app.storage[0].name
  → give each volume its own name`,
  ],
  nearMisses: {
    'a volume and a secret': (home) => {
      home.releases = [releaseOf({ storage: [volume], secrets: [{ name: 'data', what: 'a key', random: true }] })];
    },
  },
} satisfies Fixture;
