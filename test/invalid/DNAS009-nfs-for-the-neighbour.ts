import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares[3].nfs.clients = ['192.168.2.0/24'];
  },
  problems: [
    `error DNAS009
  shares[3].nfs.clients[0]: 192.168.2.0/24 is not inside network.subnet, 192.168.1.0/24
  → write clients: ['192.168.1.0/24'], or single machines of it, each with /32`,
  ],
  nearMisses: {
    'the last machine': (home) => {
      home.shares[3].nfs.clients = ['192.168.1.255/32'];
    },
  },
} satisfies Fixture;
