import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.certificates.mode = 'acme-http';
  },
  reliesOn: [['home', 'admin', 'email']],
  problems: [
    `error TLS003
  home.admin.email: alice@example.org is an address of an example, and certificates.mode is acme-http
  → write an address that you read`,
  ],
  nearMisses: {
    'an address of its own': (home) => {
      home.home.admin.email = 'alice@mail.example.org';
      home.certificates.mode = 'acme-http';
    },
    'nobody asks for it': (home) => {
      home.home.admin.email = 'alice@example.org';
      home.certificates.mode = 'none';
    },
  },
} satisfies Fixture;
