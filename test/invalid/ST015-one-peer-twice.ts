import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.syncthing = {
      offsite: [
        { name: 'cabin', device: 'ZKLYCEW-KDO64VY-6WCGGZZ-UI64JWD-TYN37YC-R6E44VT-ZQB3YLL-7OJC5QJ' },
        { name: 'cabin', device: 'HYR6QFQ-AHFMUUW-M4JJ5SW-JYNRGSV-F326QAR-DKCYSWF-LOPXK5V-M4ACOQ7' },
      ],
    };
  },
  problems: [
    `error ST015
  syncthing.offsite[1].name: "cabin" is already used by syncthing.offsite[0].name
  → give each peer its own name`,
  ],
  nearMisses: {
    'two peers': (home) => {
      home.syncthing = {
        offsite: [
          { name: 'cabin', device: 'ZKLYCEW-KDO64VY-6WCGGZZ-UI64JWD-TYN37YC-R6E44VT-ZQB3YLL-7OJC5QJ' },
          { name: 'hut', device: 'HYR6QFQ-AHFMUUW-M4JJ5SW-JYNRGSV-F326QAR-DKCYSWF-LOPXK5V-M4ACOQ7' },
        ],
      };
    },
  },
} satisfies Fixture;
