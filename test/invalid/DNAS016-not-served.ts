import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares[1].smb = false;
  },
  problems: [
    `error DNAS016
  shares[1].smb: the share is served neither by SMB nor by NFS
  → take smb: false away, or add nfs: { clients: ['<the home network>'] }`,
  ],
  nearMisses: {
    'served by NFS': (home) => {
      home.shares[3].smb = false;
    },
  },
} satisfies Fixture;
