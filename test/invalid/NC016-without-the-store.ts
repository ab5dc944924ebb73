import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.nextcloud.gallery = true;
    home.nextcloud.internet = false;
  },
  problems: [
    `warning NC016
  nextcloud.gallery: is true, and Nextcloud does not reach the internet, where its apps come from
  → take internet: false away, or take gallery away`,
  ],
  nearMisses: {
    'with the internet': (home) => {
      home.nextcloud.gallery = true;
    },
  },
} satisfies Fixture;
