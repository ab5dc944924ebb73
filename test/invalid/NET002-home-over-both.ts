import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.network.subnet = '192.168.0.0/16';
    home.network.pods = '192.168.64.0/18';
    home.network.services = '192.168.128.0/18';
  },
  reliesOn: [['network']],
  problems: [
    `error NET002
  network.subnet: 192.168.0.0/16 overlaps network.pods, 192.168.64.0/18, and network.services, 192.168.128.0/18
  → write pods: '10.42.0.0/16' and services: '10.43.0.0/16', which exist only inside the cluster`,
  ],
} satisfies Fixture;
