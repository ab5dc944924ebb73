import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    delete home.shares[1].people;
  },
  problems: [
    `error DNAS015
  shares[1].people: the share is served by SMB, and nobody may use it
  → name who may: people: ['<name>'] or groups: ['<group>'], or write smb: false`,
  ],
  nearMisses: {
    'a group may': (home) => {
      home.people[0].groups = ['parents'];
      home.shares[1].groups = ['parents'];
      delete home.shares[1].people;
    },
    'only NFS': (home) => {
      home.shares[3].smb = false;
      home.shares[3].people = [];
    },
  },
} satisfies Fixture;
