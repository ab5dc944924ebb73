import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.network.pods = '192.168.0.0/16';
  },
  reliesOn: [['network', 'subnet']],
  problems: [
    `error NET002
  network.pods: 192.168.0.0/16 overlaps network.subnet, 192.168.1.0/24
  → write pods: '10.42.0.0/16', which exists only inside the cluster`,
  ],
  nearMisses: {
    'the network beside': (home) => {
      home.network.pods = '192.168.4.0/22';
    },
  },
} satisfies Fixture;
