import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares[0].sync = { offsite: ['cabin'] };
  },
  reliesOn: [['syncthing', 'offsite']],
  problems: [
    `error ST014
  shares[0].sync.offsite[0]: there is no peer "cabin" in syncthing.offsite
  → add it: syncthing: { offsite: [{ name: '…', device: '…' }] }`,
  ],
  nearMisses: {
    'a peer that is there': (home) => {
      home.syncthing = {
        offsite: [{ name: 'cabin', device: 'HYR6QFQ-AHFMUUW-M4JJ5SW-JYNRGSV-F326QAR-DKCYSWF-LOPXK5V-M4ACOQ7' }],
      };
      home.shares[0].sync = { offsite: ['cabin'] };
    },
  },
} satisfies Fixture;
