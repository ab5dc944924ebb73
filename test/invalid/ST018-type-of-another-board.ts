import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares[2].sync = { types: { oak: 'receive-only' } };
  },
  problems: [
    `error ST018
  shares[2].sync.types.oak: "oak" does not hold the share
  → boards that hold it are 'elm'`,
  ],
  nearMisses: {
    'a board that holds it': (home) => {
      home.shares[0].sync = { types: { oak: 'receive-only' } };
    },
  },
} satisfies Fixture;
