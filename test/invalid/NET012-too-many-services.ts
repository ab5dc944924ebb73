import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.network.services = '10.96.0.0/11';
  },
  problems: [
    `error NET012
  network.services: 10.96.0.0/11 has 2097152 addresses; from 32 (/27) to 1048576 (/12) are possible
  → write services: '10.43.0.0/16', which has 65536`,
  ],
  nearMisses: {
    'the largest': (home) => {
      home.network.services = '10.96.0.0/12';
    },
  },
} satisfies Fixture;
