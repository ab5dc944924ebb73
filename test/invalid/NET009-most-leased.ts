import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.network.dhcp = '192.168.1.11-192.168.1.199';
  },
  problems: [
    `error NET009
  network.dhcp: 192.168.1.11-192.168.1.199 has most of the fixed addresses: boards[0].address 192.168.1.11, boards[1].address 192.168.1.12, boards[2].address 192.168.1.13
  → make the range of leases smaller in the router, and write here what the router then shows`,
  ],
} satisfies Fixture;
