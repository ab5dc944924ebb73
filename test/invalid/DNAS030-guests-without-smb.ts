import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares[3].smb = false;
    home.shares[3].people = [];
    home.shares[3].guests = true;
  },
  problems: [
    `error DNAS030
  shares[3].guests: guests is about SMB, and the share is not served by SMB
  → take guests away, or take smb: false away`,
  ],
  nearMisses: {
    'served by SMB': (home) => {
      home.shares[3].guests = true;
      home.shares[3].recycleBin = { days: 7 };
    },
  },
} satisfies Fixture;
