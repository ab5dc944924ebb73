import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.boards[2].name = 'oak';
  },
  problems: [
    `error NODE002
  boards[2].name: "oak" is already used by boards[0].name
  → give each board its own name`,
  ],
  nearMisses: {
    almost: (home) => {
      home.boards[2].name = 'oak-2';
    },
  },
} satisfies Fixture;
