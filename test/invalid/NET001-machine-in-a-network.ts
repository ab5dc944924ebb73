import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares[3].nfs.clients = ['192.168.1.5/24'];
  },
  problems: [
    `error NET001
  shares[3].nfs.clients[0]: 192.168.1.5 is an address inside the network 192.168.1.0/24, not the network itself
  → write '192.168.1.0/24' for the network, or '192.168.1.5/32' for the one machine`,
  ],
  nearMisses: {
    'the machine': (home) => {
      home.shares[3].nfs.clients = ['192.168.1.5/32'];
    },
  },
} satisfies Fixture;
