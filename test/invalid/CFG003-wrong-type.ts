import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.boards[0].memory = 8;
  },
  problems: [
    `error CFG003
  boards[0].memory: is the number 8, and must be a text in quotes
  → write it in quotes, for example memory: '8GiB'. Memory of the board: \`8GiB\`.`,
  ],
  nearMisses: {
    'a text with its unit': (home) => {
      home.boards[0].memory = '8GiB';
    },
  },
} satisfies Fixture;
