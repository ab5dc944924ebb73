import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.nextcloud.uploadLimit = '26GiB';
  },
  reliesOn: [
    ['nextcloud', 'enabled'],
    ['nextcloud', 'filesSize'],
  ],
  problems: [
    `error NC010
  nextcloud.uploadLimit: is 26 GiB, more than half of nextcloud.filesSize, 50 GiB
  → write filesSize: '78GiB' or more, or a smaller uploadLimit; apps and phones upload in small pieces anyway`,
  ],
  nearMisses: {
    'just half': (home) => {
      home.nextcloud.uploadLimit = '25GiB';
    },
  },
} satisfies Fixture;
