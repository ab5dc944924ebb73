import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.people[3].photos = { share: 'photos' };
    home.shares[0].sync = { types: { oak: 'receive-only' } };
  },
  problems: [
    `error PHO002
  people[3].photos: come to oak by Nextcloud, and oak is receive-only for photos: no other board would get them
  → write 'oak': 'send-receive', or another nextcloudBoard`,
  ],
  nearMisses: {
    'the other board receives only': (home) => {
      home.people[3].photos = { share: 'photos' };
      home.shares[0].sync = { types: { elm: 'receive-only' } };
    },
  },
} satisfies Fixture;
