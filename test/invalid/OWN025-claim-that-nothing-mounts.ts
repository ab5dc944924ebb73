import { type Fixture, releaseOf } from '../fixture.ts';

const volume = (name: string) => ({ name, size: '1GiB', noBackup: 'nobody would miss it' });

export default {
  break: (home) => {
    home.releases = [releaseOf({ storage: [volume('repositories')] })];
  },
  problems: [
    `error OWN025
  releases[0].app.storage[0].name: is repositories, and nothing of the chart names this claim: it is never mounted, and Flux waits for it
  → let the chart use the claim repositories, in most charts by values such as persistence: { existingClaim: 'repositories' }, or take it away`,
  ],
  nearMisses: {
    'the claim of the values': (home) => {
      home.releases = [releaseOf({ storage: [volume('data')] })];
    },
  },
} satisfies Fixture;
