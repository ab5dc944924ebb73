import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.nextcloud.exposures = ['lan', 'internet'];
    home.nextcloud.secondFactor = 'nobody';
  },
  reliesOn: [['nextcloud', 'enabled']],
  problems: [
    `warning NC009
  nextcloud.secondFactor: is nobody, and exposures has internet: a password alone opens everything from anywhere
  → write secondFactor: 'admins', or better 'everybody'`,
  ],
  nearMisses: {
    'for the home only': (home) => {
      home.nextcloud.secondFactor = 'nobody';
    },
    'admins have one': (home) => {
      home.nextcloud.exposures = ['lan', 'internet'];
    },
  },
} satisfies Fixture;
