import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.people[0].devices = [
      { name: 'phone', syncthing: 'ZKLACEW-KDO64VY-6WCGGZZ-UI64JWD-TYN37YC-R6E44VT-ZQB3YLL-7OJC5QJ' },
    ];
  },
  problems: [
    `error CFG004
  people[0].devices[0].syncthing: "ZKLACEW-KDO64VY-6WCGGZZ-UI64JWD-TYN37YC-R6E44VT-ZQB3YLL-7OJC…" is not a Syncthing device ID, or one of its characters is misspelt
  → copy it from the app's page "Show ID", eight groups of seven characters`,
  ],
  nearMisses: {
    'a right one': (home) => {
      home.people[0].devices = [
        { name: 'phone', syncthing: 'ZKLYCEW-KDO64VY-6WCGGZZ-UI64JWD-TYN37YC-R6E44VT-ZQB3YLL-7OJC5QJ' },
      ];
    },
  },
} satisfies Fixture;
