import type { Fixture } from '../fixture.ts';

export default {
  home: 'full',
  break: (home) => {
    home.boards[0].address = '10.20.1.0';
  },
  problems: [
    `error VIP003
  boards[0].address: 10.20.1.0 gives the VRRP priority 255, and VRRP has 1 to 254
  → add vrrpPriority to the board, for example vrrpPriority: 100`,
  ],
  nearMisses: {
    'the last number is 1': (home) => {
      home.boards[0].address = '10.20.1.1';
    },
  },
} satisfies Fixture;
