import { type Fixture, releaseOf } from '../fixture.ts';

const secrets = [{ name: 'password', what: 'a password', random: true }];

export default {
  break: (home) => {
    home.releases = [releaseOf({ secrets }, { values: { existingSecret: 'forge' } })];
  },
  problems: [
    `error OWN025
  releases[0].app.secrets: are in the Secret app-secrets, and nothing of the chart names it
  → let the chart read it, in most charts by values such as existingSecret: 'app-secrets', or take them away`,
  ],
  nearMisses: {
    'that of the home': (home) => {
      home.releases = [releaseOf({ secrets })];
    },
  },
} satisfies Fixture;
