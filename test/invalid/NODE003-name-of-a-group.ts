import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.boards[2].name = 'localhost';
  },
  problems: [
    `error NODE003
  boards[2].name: "localhost" means something else to Ansible or to the system
  → choose another name, for example that of a tree: name: 'birch'`,
  ],
  nearMisses: {
    almost: (home) => {
      home.boards[2].name = 'localhost-2';
    },
  },
} satisfies Fixture;
