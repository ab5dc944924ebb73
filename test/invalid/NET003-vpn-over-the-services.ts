import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.network.others = ['10.43.8.0/24'];
  },
  reliesOn: [['network', 'services']],
  problems: [
    `error NET003
  network.others[0]: 10.43.8.0/24 overlaps network.services, 10.43.0.0/16
  → write services: '10.44.0.0/16', which exist only inside the cluster`,
  ],
  nearMisses: {
    'right after the services': (home) => {
      home.network.others = ['10.44.0.0/24'];
    },
  },
} satisfies Fixture;
