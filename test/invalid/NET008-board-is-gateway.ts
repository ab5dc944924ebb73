import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.network.gateway = '192.168.1.12';
  },
  reliesOn: [['boards', 1, 'address']],
  problems: [
    `error NET008
  boards[1].address: 192.168.1.12 is already used by network.gateway
  → give each its own free address`,
  ],
} satisfies Fixture;
