import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.network.nameservers = ['10.42.255.255'];
  },
  reliesOn: [['network', 'pods']],
  problems: [
    `error NET013
  network.nameservers[0]: 10.42.255.255 is an address of network.pods, 10.42.0.0/16, which answers only once the boards are up
  → write the address of the router, or of a name server outside the home`,
  ],
  nearMisses: {
    'right before': (home) => {
      home.network.nameservers = ['10.41.255.255'];
    },
  },
} satisfies Fixture;
