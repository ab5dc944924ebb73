import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares[2].timeMachine = { size: '500GiB' };
    home.shares[2].nfs = { clients: ['192.168.1.61/32'] };
  },
  problems: [
    `error DNAS031
  shares[2].timeMachine: the share is for Time Machine, and has nfs
  → take nfs away, and give the other files a share of their own`,
  ],
} satisfies Fixture;
