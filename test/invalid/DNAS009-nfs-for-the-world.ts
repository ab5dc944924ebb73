import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares[3].nfs.clients = ['0.0.0.0/0'];
  },
  problems: [
    `error DNAS009
  shares[3].nfs.clients[0]: 0.0.0.0/0 is not inside network.subnet, 192.168.1.0/24
  → write clients: ['192.168.1.0/24'], or single machines of it, each with /32`,
  ],
  nearMisses: {
    'a single machine': (home) => {
      home.shares[3].nfs.clients = ['192.168.1.7/32'];
    },
    'half of the home': (home) => {
      home.shares = [{ ...home.shares[3], nfs: { clients: ['192.168.1.0/25'] } }];
    },
  },
} satisfies Fixture;
