import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.boards[2].address = '192.168.1.11';
  },
  reliesOn: [['boards', 0, 'address']],
  problems: [
    `error NET008
  boards[2].address: 192.168.1.11 is already used by boards[0].address
  → give each its own free address`,
  ],
  nearMisses: {
    'the next': (home) => {
      home.boards[2].address = '192.168.1.14';
    },
  },
} satisfies Fixture;
