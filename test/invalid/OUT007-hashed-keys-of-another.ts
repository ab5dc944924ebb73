import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.git.knownHosts = '|1|MDEyMzQ1Njc4OTAxMjM0NTY3ODk=|AAAArnTDU+CIEjS80rFGE1i2k= ssh-ed25519 AAAA';
  },
  problems: [
    `error OUT007
  git.knownHosts: has no line for git.example.org, the server of git.url
  → run "ssh-keyscan git.example.org", compare the keys with those that the server publishes, and paste the lines as knownHosts`,
  ],
  nearMisses: {
    'comments, and a pattern': (home) => {
      home.git.knownHosts = '# git.example.com\n*.example.org,10.0.0.1 ssh-ed25519 AAAA';
    },
    'the usual port, written': (home) => {
      home.git.url = 'ssh://git@git.example.org:22/alice/home.git';
    },
  },
} satisfies Fixture;
