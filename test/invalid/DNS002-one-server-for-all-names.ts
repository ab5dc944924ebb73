import type { Fixture } from '../fixture.ts';

export default {
  home: 'minimal',
  break: (home) => {
    home.names = { by: 'boards' };
  },
  problems: [
    `warning DNS002
  names.by: is boards, and one server alone would answer for all devices at home
  → write by: 'router', or have three servers`,
  ],
  nearMisses: {
    'the router answers': (home) => {
      home.names = { by: 'router' };
    },
  },
} satisfies Fixture;
