import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.network.others = ['10.42.8.0/24'];
  },
  reliesOn: [['network', 'pods']],
  problems: [
    `error NET003
  network.others[0]: 10.42.8.0/24 overlaps network.pods, 10.42.0.0/16
  → write pods: '10.44.0.0/16', which exist only inside the cluster`,
  ],
  nearMisses: {
    'right before the pods': (home) => {
      home.network.others = ['10.41.255.0/24'];
    },
  },
} satisfies Fixture;
