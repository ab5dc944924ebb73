import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.certificates.staging = true;
  },
  reliesOn: [['certificates', 'mode']],
  problems: [
    `warning TLS007
  certificates.staging: does nothing: certificates.mode is private-ca
  → take staging away`,
  ],
} satisfies Fixture;
