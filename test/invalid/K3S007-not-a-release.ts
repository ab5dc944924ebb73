import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.versions = { k3s: { version: 'v1.37.1' } };
  },
  problems: [
    `error K3S007
  versions.k3s.version: "v1.37.1" is not a release of k3s
  → write it with v and +k3s, as its releases are named: version: 'v1.37.1+k3s1'`,
  ],
  nearMisses: {
    'a release': (home) => {
      home.versions = { k3s: { version: 'v1.37.2+k3s2' } };
    },
  },
} satisfies Fixture;
