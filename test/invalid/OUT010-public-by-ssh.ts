import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.git.isPublic = true;
  },
  reliesOn: [['git', 'url']],
  problems: [
    `error OUT010
  git.isPublic: is true, and git.url is reached by ssh: ssh://git@git.example.org/alice/home.git
  → take isPublic away, or write the https address of the repository: url: 'https://…'`,
  ],
  nearMisses: {
    'by https': (home) => {
      home.git = { url: 'https://git.example.org/alice/home.git', isPublic: true };
    },
  },
} satisfies Fixture;
