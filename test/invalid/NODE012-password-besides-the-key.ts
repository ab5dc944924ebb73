import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.hardening = { variables: { sshd_authenticationmethods: 'publickey,password' } };
  },
  problems: [
    `error NODE012
  hardening.variables.sshd_authenticationmethods: "publickey,password" is without publickey alone, the login by key that Ansible uses
  → add it: sshd_authenticationmethods: 'publickey publickey,password'`,
  ],
  nearMisses: {
    'one or the other': (home) => {
      home.hardening = { variables: { sshd_authenticationmethods: 'publickey password' } };
    },
  },
} satisfies Fixture;
