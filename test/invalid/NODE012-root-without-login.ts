import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.boards[1].ssh = { user: 'root' };
    home.hardening = { variables: { ssh_permit_root_login: 'no' } };
  },
  problems: [
    `error NODE012
  hardening.variables.ssh_permit_root_login: "no" shuts out root, the account of boards[1].ssh.user
  → make an account with sudo on the board and write it to ssh.user, or write ssh_permit_root_login: 'prohibit-password'`,
  ],
  nearMisses: {
    'by key': (home) => {
      home.boards[1].ssh = { user: 'root' };
      home.hardening = { variables: { ssh_permit_root_login: 'prohibit-password' } };
    },
  },
} satisfies Fixture;
