import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.home.domain = 'home.local';
  },
  problems: [
    `error HOME002
  home.domain: home.local ends with .local, which devices look up by multicast only (RFC 6762, section 3)
  → use a domain that is yours, or one below home.arpa, which is reserved for homes: domain: 'cloud.home.arpa'`,
  ],
  nearMisses: {
    'local in another place': (home) => {
      home.home.domain = 'local.example.org';
    },
    'the domain for homes': (home) => {
      home.home.domain = 'cloud.home.arpa';
    },
  },
} satisfies Fixture;
