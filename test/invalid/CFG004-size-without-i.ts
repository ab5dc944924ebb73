import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.boards[2].memory = '4GB';
  },
  problems: [
    `error CFG004
  boards[2].memory: "4GB" is not a size
  → write a number and its unit, MiB, GiB or TiB, for example '4GiB'`,
  ],
  nearMisses: {
    'a part of a size': (home) => {
      home.boards[2].memory = '4.5 GiB';
    },
  },
} satisfies Fixture;
