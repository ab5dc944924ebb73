import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares[0].sync = { ignore: ['#include patterns.txt'] };
  },
  problems: [
    `error ST017
  shares[0].sync.ignore[0]: "#include patterns.txt" is a comment, or reads patterns from a file that everybody can change
  → write the patterns themselves`,
  ],
} satisfies Fixture;
