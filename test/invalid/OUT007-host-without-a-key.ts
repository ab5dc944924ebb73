import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.git.knownHosts = 'git.example.org';
  },
  problems: [
    `error OUT007
  git.knownHosts: has no line for git.example.org, the server of git.url
  → run "ssh-keyscan git.example.org", compare the keys with those that the server publishes, and paste the lines as knownHosts`,
  ],
} satisfies Fixture;
