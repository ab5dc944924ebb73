import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.boards.push(structuredClone(home.boards[2]));
  },
  reliesOn: [['boards']],
  problems: [
    `error CFG008
  boards[3]: is the same as boards[2]
  → take one of the two away, or write what it was meant to be`,
  ],
} satisfies Fixture;
