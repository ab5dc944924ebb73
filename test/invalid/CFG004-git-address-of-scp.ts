import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.git.url = 'git@git.example.org:alice/home.git';
  },
  problems: [
    `error CFG004
  git.url: "git@git.example.org:alice/home.git" is not a Git address that Flux can use
  → write 'ssh://git@git.example.org/alice/home.git'`,
  ],
  nearMisses: {
    'a port': (home) => {
      home.git.url = 'ssh://git@git.example.org:22/alice/home.git';
    },
  },
} satisfies Fixture;
