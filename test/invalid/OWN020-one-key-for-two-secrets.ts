import { type Fixture, releaseOf } from '../fixture.ts';

const secret = (name: string, key?: string) => ({
  name,
  what: 'a key',
  random: true,
  ...(key !== undefined && { key }),
});

export default {
  break: (home) => {
    home.releases = [releaseOf({ secrets: [secret('password'), secret('other', 'password')] })];
  },
  problems: [
    `error OWN020
  releases[0].app.secrets[1]: the key password is already used by releases[0].app.secrets[0]
  → give each secret its own key`,
  ],
  nearMisses: {
    'keys of their own': (home) => {
      home.releases = [releaseOf({ secrets: [secret('password'), secret('other', 'OTHER_PASSWORD')] })];
    },
  },
} satisfies Fixture;
