import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.git = { board: 'oka' };
  },
  problems: [
    `error OUT012
  git.board: there is no board "oka"
  → write one of oak, elm, fir`,
  ],
} satisfies Fixture;
