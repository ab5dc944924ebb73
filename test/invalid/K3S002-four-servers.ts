import type { Fixture } from '../fixture.ts';

export default {
  home: 'full',
  break: (home) => {
    home.boards[4].role = 'agent';
  },
  problems: [
    `warning K3S002
  boards: 4 boards have the role server: they bear the loss of one board, as 3 would
  → write role: 'agent' at one of them, or role: 'server' at a fifth board`,
  ],
  nearMisses: {
    'three servers': (home) => {
      home.boards[3].role = 'agent';
      home.boards[4].role = 'agent';
    },
  },
} satisfies Fixture;
