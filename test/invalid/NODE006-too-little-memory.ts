import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.boards[2].memory = '1GiB';
  },
  problems: [
    `error NODE006
  boards[2].memory: 1 GiB is too little for a server, which needs 2 GiB
  → write role: 'agent', or use a board with more memory`,
  ],
  nearMisses: {
    'the least of a server': (home) => {
      home.boards[2].memory = '2GiB';
    },
  },
} satisfies Fixture;
