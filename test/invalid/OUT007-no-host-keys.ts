import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    delete home.git.knownHosts;
  },
  problems: [
    `error OUT007
  git.knownHosts: is missing, and git.url is reached by ssh: ssh://git@git.example.org/alice/home.git
  → run "ssh-keyscan git.example.org", compare the keys with those that the server publishes, and paste the lines as knownHosts`,
  ],
  nearMisses: {
    'by https': (home) => {
      home.git = { url: 'https://git.example.org/alice/home.git' };
    },
  },
} satisfies Fixture;
