import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.home.admin.email = 'alice@mail.example.org';
    home.certificates.mode = 'acme-dns';
  },
  reliesOn: [['certificates', 'dns']],
  problems: [
    `error TLS002
  certificates.dns: names no provider, and certificates.mode is acme-dns
  → write who hosts your zone, for example dns: { cloudflare: {} }; homecloud knows cloudflare, digitalocean, route53, rfc2136, acmeDns`,
  ],
  nearMisses: {
    'one provider': (home) => {
      home.home.admin.email = 'alice@mail.example.org';
      home.certificates.mode = 'acme-dns';
      home.certificates.dns = { digitalocean: {} };
    },
  },
} satisfies Fixture;
