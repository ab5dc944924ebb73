import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.network.services = '10.42.128.0/20';
  },
  reliesOn: [['network', 'pods']],
  problems: [
    `error NET002
  network.services: 10.42.128.0/20 overlaps network.pods, 10.42.0.0/16
  → write services: '10.43.0.0/16', which exists only inside the cluster`,
  ],
  nearMisses: {
    'right after the pods': (home) => {
      home.network.services = '10.43.0.0/20';
    },
  },
} satisfies Fixture;
