import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    Object.defineProperty(home.home, 'timeZone', {
      enumerable: true,
      get: () => {
        throw new Error('no clock here');
      },
    });
  },
  problems: [
    `error CFG006
  home.timeZone: cannot be read: no clock here
  → write a plain value: a text, a number, a list or a group of keys`,
  ],
  nearMisses: {
    'a value that is computed': (home) => {
      Object.defineProperty(home.home, 'timeZone', { enumerable: true, get: () => 'Europe/Rome' });
    },
  },
} satisfies Fixture;
