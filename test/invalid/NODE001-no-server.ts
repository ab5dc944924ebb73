import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    for (const board of home.boards) board.role = 'agent';
  },
  problems: [
    `error NODE001
  boards: no board has the role server
  → write role: 'server' at one board, or at three where there are three or more`,
  ],
  nearMisses: {
    'one server': (home) => {
      home.boards[0].role = 'server';
      home.boards[1].role = 'agent';
      home.boards[2].role = 'agent';
    },
  },
} satisfies Fixture;
