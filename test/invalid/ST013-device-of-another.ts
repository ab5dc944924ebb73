import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.people[2].devices = [
      { name: 'phone', syncthing: 'ZKLYCEW-KDO64VY-6WCGGZZ-UI64JWD-TYN37YC-R6E44VT-ZQB3YLL-7OJC5QJ' },
    ];
    home.shares[1].sync = { devices: ['carol/phone'] };
  },
  problems: [
    `error ST013
  shares[1].sync.devices[0]: "carol/phone" is of somebody who may not use the share
  → add 'carol' to the people of the share, or take the device away`,
  ],
} satisfies Fixture;
