import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.people[0].devices = [
      { name: 'phone', syncthing: 'ZKLYCEW-KDO64VY-6WCGGZZ-UI64JWD-TYN37YC-R6E44VT-ZQB3YLL-7OJC5QJ' },
    ];
    home.shares[2].timeMachine = { size: '500GiB' };
    home.shares[2].sync = { enabled: true };
  },
  problems: [
    `error ST019
  shares[2].sync.enabled: the share is for Time Machine, which cannot be synced
  → take enabled away; a Mac can back up to a share on another board in turn`,
  ],
  nearMisses: {
    'a phone of its people, by default': (home) => {
      home.people[0].devices = [
        { name: 'phone', syncthing: 'ZKLYCEW-KDO64VY-6WCGGZZ-UI64JWD-TYN37YC-R6E44VT-ZQB3YLL-7OJC5QJ' },
      ];
      home.shares[2].timeMachine = { size: '500GiB' };
    },
  },
} satisfies Fixture;
