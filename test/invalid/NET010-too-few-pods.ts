import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.network.pods = '10.42.0.0/23';
  },
  problems: [
    `error NET010
  network.pods: 10.42.0.0/23 has room for 2 boards of 256 addresses each, and there are 3
  → write pods: '10.42.0.0/16', which has room for 256 boards`,
  ],
  nearMisses: {
    'room for four': (home) => {
      home.network.pods = '10.42.0.0/22';
    },
  },
} satisfies Fixture;
