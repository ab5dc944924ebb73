import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares[3].nfs.clients = ['192.168.1.7'];
  },
  problems: [
    `error CFG004
  shares[3].nfs.clients[0]: "192.168.1.7" is not an IPv4 network
  → write '192.168.1.7/32' for this one machine, or '192.168.1.0/24' for its network`,
  ],
} satisfies Fixture;
