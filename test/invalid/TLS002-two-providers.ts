import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.home.admin.email = 'alice@mail.example.org';
    home.certificates.mode = 'acme-dns';
    home.certificates.dns = { cloudflare: {}, rfc2136: { nameserver: '192.0.2.53', keyName: 'home' } };
  },
  problems: [
    `error TLS002
  certificates.dns: has 2 providers: cloudflare, rfc2136
  → leave the one whose name servers the world asks about your domain`,
  ],
} satisfies Fixture;
