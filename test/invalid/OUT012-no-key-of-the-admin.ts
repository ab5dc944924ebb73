import type { Fixture } from '../fixture.ts';

const key = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'B'.repeat(43)}`;

export default {
  break: (home) => {
    home.git = { board: 'oak' };
    home.home.admin.sshKeys = [];
    home.boards[0].ssh = { hostKeys: [key] };
  },
  problems: [
    `error OUT012
  git.board: needs home.admin.sshKeys: nobody could push to the repository
  → write the line of your file ~/.ssh/id_ed25519.pub as admin: { sshKeys: [ … ] }`,
  ],
} satisfies Fixture;
