import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.network.pods = '192.168.0.0/16';
  },
  reliesOn: [['network', 'subnet']],
  problems: [
    `error NET002
  network.pods: 192.168.0.0/16 overlaps network.subnet, 192.168.1.0/24
  → choose networks that share no address: pods: '10.42.0.0/16' and services: '10.43.0.0/16' fit most homes`,
  ],
  nearMisses: {
    'the network beside': (home) => {
      home.network.pods = '192.168.4.0/22';
    },
  },
} satisfies Fixture;
