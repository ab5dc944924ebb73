import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares[3].nfs.clients = ['192.168.1.0/24'];
  },
  problems: [
    `warning DNAS032
  shares[3].nfs: is for all of 192.168.1.0/24, and shares oak/data, elm/data with photos, documents, music: a machine that is made to can reach those, too
  → name the machines that mount it, each by its fixed address: nfs: { clients: ['<address>/32'] }; or give it a disk of its own`,
  ],
  nearMisses: {
    'the same machines may use all of the disk': (home) => {
      for (const share of home.shares) share.nfs = { clients: ['192.168.1.0/24'] };
    },
  },
} satisfies Fixture;
