import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.boards[2].address = '192.168.2.13';
  },
  problems: [
    `error NET005
  boards[2].address: 192.168.2.13 is outside network.subnet, 192.168.1.0/24
  → use a free address of 192.168.1.0/24, or correct network.subnet`,
  ],
  nearMisses: {
    'the last address': (home) => {
      home.boards[2].address = '192.168.1.254';
    },
  },
} satisfies Fixture;
