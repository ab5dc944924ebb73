import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.git.url = 'ssh://git@git.example.org:2222/alice/home.git';
  },
  problems: [
    `error OUT007
  git.knownHosts: has no line for [git.example.org]:2222, the server of git.url
  → run "ssh-keyscan -p 2222 git.example.org", compare the keys with those that the server publishes, and paste the lines as knownHosts`,
  ],
  nearMisses: {
    'of this port': (home) => {
      home.git.url = 'ssh://git@git.example.org:2222/alice/home.git';
      home.git.knownHosts = home.git.knownHosts.replace('git.example.org', '[git.example.org]:2222');
    },
  },
} satisfies Fixture;
