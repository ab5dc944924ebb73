import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.boards[2].address = '192.168.1.0';
  },
  problems: [
    `error NET007
  boards[2].address: 192.168.1.0 is the network address of network.subnet, 192.168.1.0/24
  → use an address from 192.168.1.1 to 192.168.1.254`,
  ],
  nearMisses: {
    'the one after': (home) => {
      home.boards[2].address = '192.168.1.2';
    },
  },
} satisfies Fixture;
