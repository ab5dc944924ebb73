import type { Fixture } from '../fixture.ts';

const phones = [
  { name: 'phone', syncthing: 'ZKLYCEW-KDO64VY-6WCGGZZ-UI64JWD-TYN37YC-R6E44VT-ZQB3YLL-7OJC5QJ' },
  { name: 'tablet', syncthing: 'HYR6QFQ-AHFMUUW-M4JJ5SW-JYNRGSV-F326QAR-DKCYSWF-LOPXK5V-M4ACOQ7' },
];

export default {
  break: (home) => {
    home.people[0].photos = { share: 'documents', by: 'syncthing' };
    home.people[0].devices = phones;
  },
  reliesOn: [['shares', 1]],
  problems: [
    `error PHO004
  people[0].photos: come by Syncthing from phone and tablet, and documents can be the folder of one camera only
  → name it, and no other camera: at the share sync: { devices: ['alice/phone'] }; of a computer, write camera: false at the device`,
  ],
  nearMisses: {
    'one of them': (home) => {
      home.people[0].photos = { share: 'documents', by: 'syncthing' };
      home.people[0].devices = phones;
      home.shares[1].sync = { devices: ['alice/phone'] };
    },
  },
} satisfies Fixture;
