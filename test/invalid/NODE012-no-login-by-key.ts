import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.hardening = { variables: { ssh_pubkey_authentication: false } };
  },
  problems: [
    `error NODE012
  hardening.variables.ssh_pubkey_authentication: false takes the login by key away
  → take ssh_pubkey_authentication away`,
  ],
} satisfies Fixture;
