import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.network.pods = '10.42.7.0/16';
  },
  problems: [
    `error NET001
  network.pods: 10.42.7.0 is an address inside the network 10.42.0.0/16, not the network itself
  → write pods: '10.42.0.0/16'`,
  ],
  nearMisses: {
    'the same as a /24': (home) => {
      home.network.pods = '10.42.0.0/22';
    },
  },
} satisfies Fixture;
