import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.network.dhcp = '192.168.1.200-192.168.2.10';
  },
  problems: [
    `error NET005
  network.dhcp: 192.168.1.200-192.168.2.10 is not wholly inside network.subnet, 192.168.1.0/24
  → copy both from the router's page`,
  ],
  nearMisses: {
    'up to the end': (home) => {
      home.network.dhcp = '192.168.1.200-192.168.1.255';
    },
  },
} satisfies Fixture;
