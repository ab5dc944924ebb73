import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares.push({ name: 'alice', on: ['oak/data', 'elm/data'], people: ['alice'] });
    home.people[0].vdir = { share: 'alice' };
    home.people[0].vdir.board = 'fir';
  },
  problems: [
    `error VDIR002
  people[0].vdir.board: fir does not hold alice, which is on oak/data, elm/data
  → take board away, or write one of 'oak', 'elm'`,
  ],
  nearMisses: {
    'the second board': (home) => {
      home.shares.push({ name: 'alice', on: ['oak/data', 'elm/data'], people: ['alice'] });
      home.people[0].vdir = { share: 'alice' };
      home.people[0].vdir.board = 'oak';
    },
  },
} satisfies Fixture;
