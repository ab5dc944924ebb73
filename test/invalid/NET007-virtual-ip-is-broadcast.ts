import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.network.virtualIp = '192.168.1.255';
  },
  problems: [
    `error NET007
  network.virtualIp: 192.168.1.255 is the broadcast address of network.subnet, 192.168.1.0/24
  → use an address from 192.168.1.1 to 192.168.1.254`,
  ],
} satisfies Fixture;
