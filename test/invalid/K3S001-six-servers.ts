import type { Fixture } from '../fixture.ts';

export default {
  home: 'full',
  break: (home) => {
    home.boards[5].role = 'server';
  },
  problems: [
    `error K3S001
  boards: 6 boards have the role server, and a home has 1, 3 or 5 of them
  → leave role: 'server' at five boards and write role: 'agent' at the others`,
  ],
} satisfies Fixture;
