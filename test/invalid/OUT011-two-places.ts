import type { Fixture } from '../fixture.ts';

const key = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'B'.repeat(43)}`;

export default {
  break: (home) => {
    home.git = { board: 'oak', url: 'https://git.example.org/alice/home.git' };
    home.boards[0].ssh = { hostKeys: [key] };
    home.home.admin.sshKeys = [`${key} alice@laptop`];
  },
  problems: [
    `error OUT011
  git.url: stands beside git.board: oak, which it follows from
  → take url away, or board`,
  ],
} satisfies Fixture;
