import type { Fixture } from '../fixture.ts';

const phone = 'ZKLYCEW-KDO64VY-6WCGGZZ-UI64JWD-TYN37YC-R6E44VT-ZQB3YLL-7OJC5QJ';

export default {
  break: (home) => {
    home.people[3].photos = { share: 'photos' };
    home.people[3].devices = [{ name: 'dave-phone', syncthing: phone }];
  },
  reliesOn: [['shares', 0]],
  problems: [
    `error PHO003
  people[3].devices[0]: takes pictures and is offered photos by Syncthing, into which Nextcloud's app uploads the pictures of dave
  → leave it out: at the share sync: { devices: [] }; or let Syncthing bring them: photos: { share: 'photos', by: 'syncthing' }; or, of a computer, write camera: false at the device`,
  ],
  nearMisses: {
    'a computer': (home) => {
      home.people[3].photos = { share: 'photos' };
      home.people[3].devices = [{ name: 'dave-laptop', syncthing: phone, camera: false }];
    },
    'a phone that is offered other shares': (home) => {
      home.people[3].photos = { share: 'photos' };
      home.people[3].devices = [{ name: 'dave-phone', syncthing: phone }];
      home.shares[0].sync = { devices: false };
    },
    'a share that is not synced': (home) => {
      home.people[3].photos = { share: 'photos' };
      home.people[3].devices = [{ name: 'dave-phone', syncthing: phone }];
      home.shares[0].sync = { enabled: false };
    },
  },
} satisfies Fixture;
