import type { Fixture } from '../fixture.ts';

const key = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'B'.repeat(43)}`;

export default {
  break: (home) => {
    home.git = { board: 'oak' };
    home.boards[0].ssh = { hostKeys: [key] };
    home.home.admin.sshKeys = [key];
    home.hardening = { variables: { ssh_deny_users: 'g*' } };
  },
  problems: [
    `error OUT013
  hardening.variables.ssh_deny_users: "g*" shuts out "git", by which the repository on oak is read and pushed to
  → take the account away`,
  ],
  nearMisses: {
    'another account': (home) => {
      home.hardening = { variables: { ssh_deny_users: 'guest' } };
    },
  },
} satisfies Fixture;
