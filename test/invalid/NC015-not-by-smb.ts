import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares[3].nextcloud = true;
    home.shares[3].nextcloudBoard = 'oak';
    home.shares[3].smb = false;
  },
  problems: [
    `error NC015
  shares[3].nextcloud: is true, and the share is not served by SMB, by which Nextcloud opens it
  → take smb: false away and name its people, or take nextcloud: true away`,
  ],
  nearMisses: {
    'by SMB and NFS': (home) => {
      home.shares[3].nextcloud = true;
      home.shares[3].nextcloudBoard = 'oak';
    },
  },
} satisfies Fixture;
