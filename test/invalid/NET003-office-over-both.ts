import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.network.others = ['10.0.0.0/8'];
  },
  problems: [
    `error NET003
  network.others[0]: 10.0.0.0/8 overlaps network.pods, 10.42.0.0/16, and network.services, 10.43.0.0/16
  → write pods: '172.18.0.0/16' and services: '172.19.0.0/16', which exist only inside the cluster`,
  ],
} satisfies Fixture;
