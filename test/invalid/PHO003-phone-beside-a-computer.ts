import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.people[3].photos = { share: 'photos' };
    home.people[3].devices = [
      { name: 'laptop', syncthing: 'ZKLYCEW-KDO64VY-6WCGGZZ-UI64JWD-TYN37YC-R6E44VT-ZQB3YLL-7OJC5QJ', camera: false },
      { name: 'phone', syncthing: 'HYR6QFQ-AHFMUUW-M4JJ5SW-JYNRGSV-F326QAR-DKCYSWF-LOPXK5V-M4ACOQ7' },
    ];
    home.shares[0].sync = { devices: ['dave/laptop', 'dave/phone'] };
  },
  problems: [
    `error PHO003
  people[3].devices[1]: takes pictures and is offered photos by Syncthing, into which Nextcloud's app uploads the pictures of dave
  → leave it out: at the share sync: { devices: ['dave/laptop'] }; or let Syncthing bring them: photos: { share: 'photos', by: 'syncthing' }; or, of a computer, write camera: false at the device`,
  ],
} satisfies Fixture;
