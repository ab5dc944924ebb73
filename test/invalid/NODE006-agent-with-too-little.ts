import type { Fixture } from '../fixture.ts';

export default {
  home: 'full',
  break: (home) => {
    home.boards[9].memory = '1023MiB';
  },
  problems: [
    `error NODE006
  boards[9].memory: 1023 MiB is too little for an agent, which needs 1 GiB
  → use a board with more memory`,
  ],
  nearMisses: {
    'the least of an agent': (home) => {
      home.boards[9].memory = '1GiB';
    },
  },
} satisfies Fixture;
