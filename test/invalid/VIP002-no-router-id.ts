import type { Fixture } from '../fixture.ts';

export default {
  home: 'full',
  break: (home) => {
    delete home.network.virtualRouterId;
    home.network.virtualIp = '10.20.1.0';
  },
  problems: [
    `error VIP002
  network.virtualIp: 10.20.1.0 ends with 0, so that no virtual router id can be taken from it
  → add virtualRouterId to network, a number from 1 to 255 that no other router in the network uses`,
  ],
  nearMisses: {
    'with a router id': (home) => {
      home.network.virtualIp = '10.20.1.0';
    },
  },
} satisfies Fixture;
