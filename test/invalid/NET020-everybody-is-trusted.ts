import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.network.firewall = { trusted: ['0.0.0.0/0'] };
  },
  problems: [
    `error NET020
  network.firewall.trusted[0]: 0.0.0.0/0 is no network for private use
  → write the network that your VPN gives to its machines, for example trusted: ['10.8.0.0/24']`,
  ],
  nearMisses: {
    'a VPN': (home) => {
      home.network.firewall = { trusted: ['10.8.0.0/24'] };
    },
    'no firewall': (home) => {
      home.network.firewall = { enabled: false };
    },
  },
} satisfies Fixture;
