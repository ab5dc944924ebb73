import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares.push({ name: 'macs', on: ['oak/data'], people: ['carol'], timeMachine: { size: '1TiB' } });
    home.people[2].photos = { share: 'macs', by: 'syncthing' };
  },
  problems: [
    `error PHO001
  people[2].photos.share: macs is for Time Machine, and for nothing else
  → give the pictures a share of their own`,
  ],
} satisfies Fixture;
