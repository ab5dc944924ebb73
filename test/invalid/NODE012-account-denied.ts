import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.hardening = { variables: { ssh_deny_users: 'adm?n' } };
  },
  problems: [
    `error NODE012
  hardening.variables.ssh_deny_users: "adm?n" shuts out "admin" of boards[0].ssh.user
  → take the account away`,
  ],
  nearMisses: {
    'another account': (home) => {
      home.hardening = { variables: { ssh_deny_users: 'pi' } };
    },
  },
} satisfies Fixture;
