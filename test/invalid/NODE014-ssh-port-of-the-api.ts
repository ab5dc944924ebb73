import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.boards[0].ssh = { port: 6443 };
  },
  problems: [
    `error NODE014
  boards[0].ssh.port: 6443 is a port that homecloud opens on boards for something else
  → write the port that the SSH server of the board really has: port: 22`,
  ],
  nearMisses: {
    'another port': (home) => {
      home.boards[0].ssh = { port: 2222 };
    },
  },
} satisfies Fixture;
