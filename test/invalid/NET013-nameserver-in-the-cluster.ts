import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.network.nameservers = ['10.43.0.10'];
  },
  reliesOn: [['network', 'services']],
  problems: [
    `error NET013
  network.nameservers[0]: 10.43.0.10 is an address of network.services, 10.43.0.0/16, which answers only once the boards are up
  → write the address of the router, or of a name server outside the home`,
  ],
  nearMisses: {
    outside: (home) => {
      home.network.nameservers = ['10.44.0.10'];
    },
  },
} satisfies Fixture;
