import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.boards[2].role = 'agent';
  },
  problems: [
    `error K3S001
  boards: 2 boards have the role server, and a home has 1, 3 or 5 of them
  → write role: 'agent' at one of the two, or add a third board with role: 'server'`,
  ],
  nearMisses: {
    'one server': (home) => {
      home.boards[1].role = 'agent';
      home.boards[2].role = 'agent';
    },
  },
} satisfies Fixture;
