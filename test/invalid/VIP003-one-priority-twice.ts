import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.boards[2].vrrpPriority = 244;
  },
  reliesOn: [
    ['boards', 0, 'address'],
    ['boards', 0, 'role'],
    ['boards', 2, 'role'],
  ],
  problems: [
    `error VIP003
  boards[2].vrrpPriority: the VRRP priority 244 is already used by boards[0].address
  → add vrrpPriority to one of the two boards, another number from 1 to 254`,
  ],
  nearMisses: {
    'the largest': (home) => {
      home.boards[2].vrrpPriority = 254;
    },
    'the smallest': (home) => {
      home.boards[2].vrrpPriority = 1;
    },
  },
} satisfies Fixture;
