import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.boards[2].address = '192.168.1.100';
  },
  reliesOn: [['network', 'dhcp']],
  problems: [
    `error NET009
  boards[2].address: 192.168.1.100 is one of the addresses that the router leases, network.dhcp 192.168.1.100-192.168.1.199
  → use an address outside network.dhcp, or make that range smaller in the router and here`,
  ],
  nearMisses: {
    'right before the leases': (home) => {
      home.boards[2].address = '192.168.1.99';
    },
    'right after': (home) => {
      home.boards[2].address = '192.168.1.200';
    },
  },
} satisfies Fixture;
