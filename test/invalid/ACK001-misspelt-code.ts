import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.acknowledge = [{ code: 'K3S0006', reason: 'the card is replaced every year' }];
  },
  problems: [
    `warning ACK001
  acknowledge[0].code: no warning has the code K3S0006
  → did you mean 'K3S006'? If not, take the entry away`,
  ],
} satisfies Fixture;
