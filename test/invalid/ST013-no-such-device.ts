import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.people[0].devices = [
      { name: 'phone', syncthing: 'ZKLYCEW-KDO64VY-6WCGGZZ-UI64JWD-TYN37YC-R6E44VT-ZQB3YLL-7OJC5QJ' },
    ];
    home.shares[1].sync = { devices: ['alice/phon'] };
  },
  problems: [
    `error ST013
  shares[1].sync.devices[0]: there is no device "alice/phon"
  → did you mean 'alice/phone'? Devices of its people are 'alice/phone'`,
  ],
  nearMisses: {
    'a device of its people': (home) => {
      home.people[0].devices = [
        { name: 'phone', syncthing: 'ZKLYCEW-KDO64VY-6WCGGZZ-UI64JWD-TYN37YC-R6E44VT-ZQB3YLL-7OJC5QJ' },
      ];
      home.shares[0].sync = { devices: ['alice/phone'] };
    },
  },
} satisfies Fixture;
