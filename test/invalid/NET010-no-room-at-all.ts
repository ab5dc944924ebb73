import type { Fixture } from '../fixture.ts';

export default {
  home: 'minimal',
  break: (home) => {
    home.network.pods = '10.42.0.0/25';
  },
  problems: [
    `error NET010
  network.pods: 10.42.0.0/25 has room for 0 boards of 256 addresses each, and there is 1
  → write pods: '10.42.0.0/16', which has room for 256 boards`,
  ],
  nearMisses: {
    'exactly the room of one board': (home) => {
      home.network.pods = '10.42.0.0/24';
    },
  },
} satisfies Fixture;
