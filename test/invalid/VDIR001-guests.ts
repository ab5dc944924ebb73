import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares.push({ name: 'alice', on: ['oak/data', 'elm/data'], people: ['alice'] });
    home.people[0].vdir = { share: 'alice' };
    home.shares[4].guests = true;
  },
  problems: [
    `error VDIR001
  people[0].vdir.share: alice has guests
  → take guests away, or give alice another share for contacts and calendars`,
  ],
  nearMisses: {
    'a recycle bin': (home) => {
      home.shares.push({ name: 'alice', on: ['oak/data', 'elm/data'], people: ['alice'] });
      home.people[0].vdir = { share: 'alice' };
      home.shares[4].recycleBin = { days: 7 };
    },
  },
} satisfies Fixture;
