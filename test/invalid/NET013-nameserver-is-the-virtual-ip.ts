import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.network.nameservers = ['192.168.1.10', '192.168.1.1'];
  },
  reliesOn: [['network', 'virtualIp']],
  problems: [
    `error NET013
  network.nameservers[0]: 192.168.1.10 is the virtual IP of the home, which answers only once the boards are up
  → write the address of the router, or of a name server outside the home`,
  ],
} satisfies Fixture;
