import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares[2].nfs = { clients: ['192.168.1.61/32'], exportId: 37442 };
  },
  reliesOn: [['shares', 3, 'name']],
  problems: [
    `error DNAS010
  shares[3].nfs: the export number 37442 is already used by shares[2].nfs.exportId
  → give one of the two another number, from 1 to 65535: nfs: { …, exportId: 8 }`,
  ],
  nearMisses: {
    'the next number': (home) => {
      home.shares[2].nfs = { clients: ['192.168.1.61/32'], exportId: 37443 };
    },
  },
} satisfies Fixture;
