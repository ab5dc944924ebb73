import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    const syncthing = 'ZKLYCEW-KDO64VY-6WCGGZZ-UI64JWD-TYN37YC-R6E44VT-ZQB3YLL-7OJC5QJ';
    home.people[0].devices = [{ name: 'phone', syncthing }];
    home.syncthing = { offsite: [{ name: 'cabin', device: syncthing }] };
  },
  problems: [
    `error ST001
  syncthing.offsite[0].device: this ID is already used by people[0].devices[0].syncthing
  → copy the ID from each device's own page`,
  ],
  nearMisses: {
    'two devices': (home) => {
      home.people[0].devices = [
        { name: 'phone', syncthing: 'ZKLYCEW-KDO64VY-6WCGGZZ-UI64JWD-TYN37YC-R6E44VT-ZQB3YLL-7OJC5QJ' },
      ];
      home.syncthing = {
        offsite: [{ name: 'cabin', device: 'HYR6QFQ-AHFMUUW-M4JJ5SW-JYNRGSV-F326QAR-DKCYSWF-LOPXK5V-M4ACOQ7' }],
      };
    },
  },
} satisfies Fixture;
