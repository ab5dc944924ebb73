import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.people[1].name = 'alice';
  },
  problems: [
    `error PPL001
  people[1].name: "alice" is already used by people[0].name
  → give each person their own name`,
  ],
} satisfies Fixture;
