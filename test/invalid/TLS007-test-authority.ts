import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.home.admin.email = 'alice@mail.example.org';
    home.certificates.mode = 'acme-http';
    home.certificates.staging = true;
  },
  reliesOn: [['home', 'domain']],
  problems: [
    `warning TLS007
  certificates.staging: asks the test authority, whose certificates no device trusts
  → take staging away as soon as the first certificate is there`,
  ],
  nearMisses: {
    'with a reason': (home) => {
      home.home.admin.email = 'alice@mail.example.org';
      home.certificates.mode = 'acme-http';
      home.certificates.staging = true;
      home.acknowledge = [{ code: 'TLS007', reason: 'the first try' }];
    },
  },
} satisfies Fixture;
