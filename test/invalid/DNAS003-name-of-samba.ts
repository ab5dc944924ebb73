import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares[2].name = 'homes';
  },
  problems: [
    `error DNAS003
  shares[2].name: "homes" has a meaning of its own for Samba or Windows
  → choose another name, for example name: 'our-homes'`,
  ],
  nearMisses: {
    almost: (home) => {
      home.shares[2].name = 'home';
    },
  },
} satisfies Fixture;
