import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.git = {};
  },
  problems: [
    `error OUT011
  git: has neither url nor board
  → write the address of the repository: url: 'ssh://…', or the board that shall hold it: board: 'oak'`,
  ],
  nearMisses: {
    'by https': (home) => {
      home.git = { url: 'https://git.example.org/alice/home.git' };
    },
  },
} satisfies Fixture;
