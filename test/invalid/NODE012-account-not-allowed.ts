import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.hardening = { variables: { ssh_allow_users: 'alice bob' } };
  },
  problems: [
    `error NODE012
  hardening.variables.ssh_allow_users: "alice bob" does not let in "admin" of boards[0].ssh.user
  → add the account: ssh_allow_users: 'admin alice bob'`,
  ],
  nearMisses: {
    'the account beside others': (home) => {
      home.hardening = { variables: { ssh_allow_users: 'alice admin@192.168.1.*' } };
    },
    'a pattern': (home) => {
      home.hardening = { variables: { ssh_allow_users: 'a*' } };
    },
    'not hardened': (home) => {
      home.hardening = { enabled: false, variables: { ssh_allow_users: 'alice' } };
    },
  },
} satisfies Fixture;
