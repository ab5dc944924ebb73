import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.network.subnet = '192.168.0.0/24';
  },
  problems: [
    `error NET005
  network.subnet: most addresses of the home are outside 192.168.0.0/24: network.gateway 192.168.1.1, network.virtualIp 192.168.1.10, boards[0].address 192.168.1.11, boards[1].address 192.168.1.12 and 1 more
  → copy the subnet from the router's page, for example subnet: '192.168.1.0/24', and use addresses of it`,
  ],
  nearMisses: {
    'a wider subnet': (home) => {
      home.network.subnet = '192.168.0.0/23';
    },
  },
} satisfies Fixture;
