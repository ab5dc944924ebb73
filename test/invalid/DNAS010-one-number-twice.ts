import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares[2].nfs = { clients: ['192.168.1.61/32'], exportId: 7 };
    home.shares[3].nfs.exportId = 7;
  },
  reliesOn: [['shares', 2, 'name']],
  problems: [
    `error DNAS010
  shares[3].nfs.exportId: the export number 7 is already used by shares[2].nfs.exportId
  → give one of the two another number, from 1 to 65535: nfs: { …, exportId: 8 }`,
  ],
} satisfies Fixture;
