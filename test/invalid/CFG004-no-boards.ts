import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.boards = [];
  },
  problems: [
    `error CFG004
  boards: is empty
  → a home needs at least one board`,
  ],
} satisfies Fixture;
