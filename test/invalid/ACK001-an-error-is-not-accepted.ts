import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.acknowledge = [{ code: 'NET005', reason: 'the board is in the garden' }];
  },
  problems: [
    `warning ACK001
  acknowledge[0].code: NET005 is an error, and only warnings can be accepted
  → take the entry away: there is nothing that it accepts`,
  ],
} satisfies Fixture;
