import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.network = {
      subnet: '10.42.0.0/24',
      gateway: '10.42.0.1',
      nameservers: ['10.42.0.1'],
      virtualIp: '10.42.0.10',
    };
    for (const [index, board] of home.boards.entries()) board.address = `10.42.0.${11 + index}`;
    home.shares[3].nfs.clients = ['10.42.0.60/32'];
  },
  reliesOn: [['network']],
  problems: [
    `error NET002
  network.pods: 10.42.0.0/16 overlaps network.subnet, 10.42.0.0/24
  → write pods: '10.44.0.0/16', which exists only inside the cluster`,
  ],
  nearMisses: {
    'pods elsewhere': (home) => {
      home.network = {
        subnet: '10.42.0.0/24',
        gateway: '10.42.0.1',
        nameservers: ['10.42.0.1'],
        virtualIp: '10.42.0.10',
        pods: '10.44.0.0/16',
      };
      for (const [index, board] of home.boards.entries()) board.address = `10.42.0.${11 + index}`;
      home.shares[3].nfs.clients = ['10.42.0.60/32'];
    },
  },
} satisfies Fixture;
