import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares[2].sync = { enabled: true, devices: false };
  },
  problems: [
    `error ST016
  shares[2].sync.enabled: the share is on one board, and no device and no peer elsewhere has it
  → place it on a second board, give its people devices, or take enabled away`,
  ],
  nearMisses: {
    'a phone has it': (home) => {
      home.people[0].devices = [
        { name: 'phone', syncthing: 'ZKLYCEW-KDO64VY-6WCGGZZ-UI64JWD-TYN37YC-R6E44VT-ZQB3YLL-7OJC5QJ' },
      ];
      home.shares[2].sync = { enabled: true };
    },
  },
} satisfies Fixture;
