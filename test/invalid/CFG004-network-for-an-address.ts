import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.network.virtualIp = '192.168.1.10/24';
  },
  problems: [
    `error CFG004
  network.virtualIp: "192.168.1.10/24" is not an IPv4 address
  → write the address alone, '192.168.1.10'`,
  ],
} satisfies Fixture;
