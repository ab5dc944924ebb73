import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.certificates.dns = { cloudflare: {} };
  },
  reliesOn: [['certificates', 'mode']],
  problems: [
    `error TLS002
  certificates.dns: names cloudflare, but certificates.mode is private-ca, which proves nothing by DNS
  → write mode: 'acme-dns', or take dns away`,
  ],
} satisfies Fixture;
