import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares[0].timeMachine = { size: '500GiB' };
  },
  problems: [
    `error DNAS031
  shares[0].timeMachine: the share is for Time Machine, and stands on 2 boards
  → keep one of them: on: ['oak/data']; a Mac can back up to several shares in turn`,
  ],
  nearMisses: {
    'on one board': (home) => {
      home.shares[2].timeMachine = { size: '500GiB' };
    },
  },
} satisfies Fixture;
