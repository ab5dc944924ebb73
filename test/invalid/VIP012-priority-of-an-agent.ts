import type { Fixture } from '../fixture.ts';

export default {
  home: 'full',
  break: (home) => {
    home.boards[9].vrrpPriority = 7;
  },
  problems: [
    `warning VIP012
  boards[9].vrrpPriority: 7 does nothing: the board is an agent
  → take vrrpPriority away, or write role: 'server'`,
  ],
  nearMisses: {
    'of a server': (home) => {
      home.boards[0].vrrpPriority = 7;
    },
  },
} satisfies Fixture;
