import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.network.others = ['10.8.0.1/24'];
  },
  problems: [
    `error NET001
  network.others[0]: 10.8.0.1 is an address inside the network 10.8.0.0/24, not the network itself
  → write '10.8.0.0/24' for the network, or '10.8.0.1/32' for the one machine`,
  ],
  nearMisses: {
    'the network': (home) => {
      home.network.others = ['10.8.0.0/24'];
    },
  },
} satisfies Fixture;
