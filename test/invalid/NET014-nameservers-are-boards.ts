import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.network.nameservers = ['192.168.1.11'];
  },
  reliesOn: [['boards', 0, 'address']],
  problems: [
    `warning NET014
  network.nameservers: every name server is a board of the home
  → add a second one outside the boards, most often the router`,
  ],
  nearMisses: {
    'one is the router': (home) => {
      home.network.nameservers = ['192.168.1.11', '192.168.1.1'];
    },
  },
} satisfies Fixture;
