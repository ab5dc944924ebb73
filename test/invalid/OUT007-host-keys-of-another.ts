import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.git.knownHosts = home.git.knownHosts.replace('git.example.org', 'git.example.com');
  },
  problems: [
    `error OUT007
  git.knownHosts: has no line for git.example.org, the server of git.url
  → run "ssh-keyscan git.example.org", compare the keys with those that the server publishes, and paste the lines as knownHosts`,
  ],
  nearMisses: {
    hashed: (home) => {
      home.git.knownHosts = '|1|MDEyMzQ1Njc4OTAxMjM0NTY3ODk=|2kvQ0hrnTDU+CIEjS80rFGE1i2k= ssh-ed25519 AAAA';
    },
  },
} satisfies Fixture;
