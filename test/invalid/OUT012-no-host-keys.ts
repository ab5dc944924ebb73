import type { Fixture } from '../fixture.ts';

const key = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'B'.repeat(43)}`;

export default {
  break: (home) => {
    home.git = { board: 'oak' };
  },
  problems: [
    `error OUT012
  git.board: oak has no boards[].ssh.hostKeys, which Flux compares
  → run the playbook host_keys, and write what it shows for the board as ssh: { hostKeys: [ … ] }`,
  ],
  nearMisses: {
    'with its host key and a key of the admin': (home) => {
      home.git = { board: 'oak' };
      home.boards[0].ssh = { hostKeys: [key] };
      home.home.admin.sshKeys = [key];
    },
  },
} satisfies Fixture;
