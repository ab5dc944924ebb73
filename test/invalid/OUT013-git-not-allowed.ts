import type { Fixture } from '../fixture.ts';

const key = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'B'.repeat(43)}`;

// biome-ignore lint/suspicious/noExplicitAny: as a fixture changes it
function withRepository(home: any) {
  home.git = { board: 'oak' };
  home.boards[0].ssh = { hostKeys: [key] };
  home.home.admin.sshKeys = [key];
}

export default {
  break: (home) => {
    withRepository(home);
    home.hardening = { variables: { ssh_allow_users: 'admin' } };
  },
  problems: [
    `error OUT013
  hardening.variables.ssh_allow_users: "admin" does not let in "git", by which the repository on oak is read and pushed to
  → add the account: ssh_allow_users: 'admin git'`,
  ],
  nearMisses: {
    'the account beside the admin': (home) => {
      withRepository(home);
      home.hardening = { variables: { ssh_allow_users: 'admin git@192.168.1.*' } };
    },
    'everybody is let in': (home) => {
      withRepository(home);
      home.hardening = { variables: { ssh_allow_users: '' } };
    },
    'the repository is elsewhere': (home) => {
      home.hardening = { variables: { ssh_allow_users: 'admin' } };
    },
    'not hardened': (home) => {
      withRepository(home);
      home.hardening = { enabled: false, variables: { ssh_allow_users: 'admin' } };
    },
  },
} satisfies Fixture;
