import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.network.nameservers = ['127.0.0.1'];
  },
  problems: [
    `error NET013
  network.nameservers[0]: 127.0.0.1 is no machine: each takes it for itself
  → write the address of the router, or of a name server outside the home`,
  ],
} satisfies Fixture;
