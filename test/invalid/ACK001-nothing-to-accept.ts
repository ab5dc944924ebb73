import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.acknowledge = [{ code: 'K3S002', reason: 'a fifth board is on its way' }];
  },
  problems: [
    `warning ACK001
  acknowledge[0].code: no warning has the code K3S002
  → take the entry away: there is nothing that it accepts`,
  ],
  nearMisses: {
    'something to accept': (home) => {
      delete home.boards[2].disks;
      home.acknowledge = [{ code: 'K3S006', reason: 'the card is replaced every year' }];
    },
  },
} satisfies Fixture;
