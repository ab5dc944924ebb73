import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.boards[2].address = '192.168.1.256';
  },
  problems: [
    `error CFG004
  boards[2].address: "192.168.1.256" is not an IPv4 address
  → write four numbers, for example '192.168.1.11'`,
  ],
  nearMisses: {
    'the largest number': (home) => {
      home.boards[2].address = '192.168.1.250';
    },
  },
} satisfies Fixture;
