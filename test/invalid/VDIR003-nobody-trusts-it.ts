import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares.push({ name: 'alice', on: ['oak/data', 'elm/data'], people: ['alice'] });
    home.people[0].vdir = { share: 'alice' };
    home.certificates.mode = 'none';
  },
  problems: [
    `error VDIR003
  people[0].vdir: certificates.mode is none: no board can tell that the server is the server
  → write mode: 'private-ca'`,
  ],
  nearMisses: {
    'without files': (home) => {
      home.certificates.mode = 'none';
    },
  },
} satisfies Fixture;
