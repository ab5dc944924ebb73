import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.people[3].photos = { share: 'photos' };
    home.people[0].photos = { share: 'photos', by: 'syncthing' };
    home.people[0].devices = [
      { name: 'phone', syncthing: 'ZKLYCEW-KDO64VY-6WCGGZZ-UI64JWD-TYN37YC-R6E44VT-ZQB3YLL-7OJC5QJ' },
    ];
  },
  reliesOn: [['shares', 0]],
  problems: [
    `error PHO004
  people[0].photos: make photos the folder of a camera, and the pictures of dave go there, too
  → give alice a share for the phone: photos: { share: 'alice-phone', by: 'syncthing' }; or by: 'nextcloud', which makes a folder for each person`,
  ],
} satisfies Fixture;
