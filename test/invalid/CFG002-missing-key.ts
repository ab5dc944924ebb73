import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    delete home.network.gateway;
  },
  problems: [
    `error CFG002
  network.gateway: is missing
  → add it. The router's address in that network.`,
  ],
  nearMisses: {
    'a key with a default': (home) => {
      delete home.home.timeZone;
    },
  },
} satisfies Fixture;
