import type { Fixture } from '../fixture.ts';

const device = 'ZKLYCEW-KDO64VY-6WCGGZZ-UI64JWD-TYN37YC-R6E44VT-ZQB3YLL-7OJC5QJ';

export default {
  break: (home) => {
    home.people[0].photos = { share: 'documents', by: 'syncthing' };
  },
  reliesOn: [
    ['people', 0, 'devices'],
    ['shares', 1],
  ],
  problems: [
    `error PHO004
  people[0].photos: come by Syncthing, and no device of alice that takes pictures is offered documents
  → add the phone: devices: [{ name: 'phone', syncthing: '…' }], and to the devices of the share where it lists them; or photos: { share: 'documents', by: 'nextcloud' }`,
  ],
  nearMisses: {
    'a phone': (home) => {
      home.people[0].photos = { share: 'documents', by: 'syncthing' };
      home.people[0].devices = [{ name: 'phone', syncthing: device }];
    },
  },
} satisfies Fixture;
