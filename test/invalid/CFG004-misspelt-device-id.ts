import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.people[0].devices = [
      { name: 'phone', syncthing: 'ZKLACEW-KDO64VY-6WCGGZZ-UI64JWD-TYN37YC-R6E44VT-ZQB3YLL-7OJC5QJ' },
    ];
  },
  problems: [
    `error CFG004
  people[0].devices[0].syncthing: "ZKLACEW-KDO64VY-6WCGGZZ-UI64JWD-TYN37YC-R6E44VT-ZQB3YLL-7OJC…" has a check character that does not fit the others
  → one of them is misspelt, copy the ID from the app's page "Show ID"`,
  ],
  nearMisses: {
    'a right one': (home) => {
      home.people[0].devices = [
        { name: 'phone', syncthing: 'ZKLYCEW-KDO64VY-6WCGGZZ-UI64JWD-TYN37YC-R6E44VT-ZQB3YLL-7OJC5QJ' },
      ];
    },
  },
} satisfies Fixture;
