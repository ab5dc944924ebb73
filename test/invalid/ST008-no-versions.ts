import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares[0].sync = { versioning: { kind: 'none' } };
  },
  problems: [
    `warning ST008
  shares[0].sync.versioning.kind: no board keeps what another device overwrites or deletes
  → take the line away, or write kind: 'trash-can'`,
  ],
  nearMisses: {
    'a trash can': (home) => {
      home.shares[0].sync = { versioning: { kind: 'trash-can', days: 1 } };
    },
    'a share that is not synced': (home) => {
      home.shares[0].sync = { enabled: false, versioning: { kind: 'none' } };
    },
  },
} satisfies Fixture;
