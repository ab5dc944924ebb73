import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.boards[2].disks[0].name = '';
  },
  problems: [
    `error CFG004
  boards[2].disks[0].name: "" may only have lower-case letters, digits and inner hyphens, and needs a letter
  → for example "oak" or "photos-2"`,
  ],
  nearMisses: {
    'one letter': (home) => {
      home.boards[2].disks[0].name = 's';
    },
  },
} satisfies Fixture;
