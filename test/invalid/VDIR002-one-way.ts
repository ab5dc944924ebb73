import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares.push({ name: 'alice', on: ['oak/data', 'elm/data'], people: ['alice'] });
    home.people[0].vdir = { share: 'alice' };
    home.shares[4].sync = { types: { elm: 'receive-only' } };
  },
  problems: [
    `error VDIR002
  people[0].vdir: elm syncs contacts and calendars, and is receive-only for alice
  → write 'elm': 'send-receive', or name another board of the share: vdir: { share: 'alice', board: '<board>' }`,
  ],
  nearMisses: {
    'the other board': (home) => {
      home.shares.push({ name: 'alice', on: ['oak/data', 'elm/data'], people: ['alice'] });
      home.people[0].vdir = { share: 'alice' };
      home.shares[4].sync = { types: { oak: 'receive-only' } };
    },
  },
} satisfies Fixture;
