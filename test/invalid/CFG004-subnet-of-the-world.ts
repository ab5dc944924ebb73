import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.network.subnet = '192.0.0.0/4';
  },
  problems: [
    `error CFG004
  network.subnet: "192.0.0.0/4" is not the network of a home
  → write a prefix length from 8 to 29, most often /24`,
  ],
  nearMisses: {
    'a small one': (home) => {
      home.network.subnet = '192.168.1.0/28';
      home.network.dhcp = '192.168.1.14-192.168.1.14';
      home.shares[3].nfs.clients = ['192.168.1.7/32'];
    },
  },
} satisfies Fixture;
