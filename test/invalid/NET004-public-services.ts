import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.network.services = '8.8.0.0/16';
  },
  problems: [
    `warning NET004
  network.services: 8.8.0.0/16 is no network for private use
  → write services: '10.43.0.0/16'`,
  ],
  nearMisses: {
    'the last private network': (home) => {
      home.network.services = '172.31.0.0/16';
    },
  },
} satisfies Fixture;
