import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.network.pods = '100.128.0.0/16';
  },
  problems: [
    `warning NET004
  network.pods: 100.128.0.0/16 is no network for private use
  → write pods: '10.42.0.0/16'`,
  ],
  nearMisses: {
    'the last shared network': (home) => {
      home.network.pods = '100.127.0.0/16';
    },
  },
} satisfies Fixture;
