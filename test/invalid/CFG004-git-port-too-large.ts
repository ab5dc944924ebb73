import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.git.url = 'ssh://git@git.example.org:99999/alice/home.git';
  },
  problems: [
    `error CFG004
  git.url: "ssh://git@git.example.org:99999/alice/home.git" is not a Git address that Flux can use
  → write 'ssh://git@git.example.org/alice/home.git' or 'https://git.example.org/alice/home.git', without a password`,
  ],
  nearMisses: {
    'the largest': (home) => {
      home.git.url = 'ssh://git@git.example.org:65535/alice/home.git';
      home.git.knownHosts = '[git.example.org]:65535 ssh-ed25519 AAAA';
    },
  },
} satisfies Fixture;
