import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.home.domain = 'cloud.lan';
    home.home.admin.email = 'alice@mail.example.org';
    home.certificates.mode = 'acme-http';
  },
  problems: [
    `error TLS001
  certificates.mode: is acme-http, but home.domain, cloud.lan, ends with .lan, which no public authority signs for
  → write mode: 'private-ca', which works with any domain, or use a domain that you own`,
  ],
  nearMisses: {
    'a public domain': (home) => {
      home.home.domain = 'lan.example.org';
      home.home.admin.email = 'alice@mail.example.org';
      home.certificates.mode = 'acme-http';
    },
    'an authority of the home': (home) => {
      home.home.domain = 'cloud.home.arpa';
    },
  },
} satisfies Fixture;
