import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.network.services = '8.8.0.0/16';
  },
  problems: [
    `warning NET004
  network.services: 8.8.0.0/16 is a network of public addresses, which somebody else owns
  → write services: '10.43.0.0/16', or another part of 10.0.0.0/8`,
  ],
  nearMisses: {
    'the last private network': (home) => {
      home.network.services = '172.31.0.0/16';
    },
  },
} satisfies Fixture;
