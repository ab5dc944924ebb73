import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.boards[0].disks[1].name = 'data';
  },
  reliesOn: [['boards', 0, 'disks', 0, 'name']],
  problems: [
    `error DSK002
  boards[0].disks[1].name: "data" is already used by boards[0].disks[0].name
  → give each disk of the board its own name`,
  ],
  nearMisses: {
    'the same name on another board': (home) => {
      home.boards[2].disks[0].name = 'data';
    },
  },
} satisfies Fixture;
