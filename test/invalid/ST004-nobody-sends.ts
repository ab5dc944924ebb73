import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares[0].sync = { types: { oak: 'receive-only', elm: 'receive-only' } };
  },
  problems: [
    `error ST004
  shares[0].sync.types: every board is receive-only
  → let one of them send and receive: take its line away`,
  ],
  nearMisses: {
    'one of them sends': (home) => {
      home.shares[0].sync = { types: { oak: 'send-only', elm: 'receive-only' } };
    },
  },
} satisfies Fixture;
