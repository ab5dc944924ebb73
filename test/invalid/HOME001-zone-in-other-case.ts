import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.home.timeZone = 'europe/paris';
  },
  problems: [
    `error HOME001
  home.timeZone: "europe/paris" is not a time zone of the IANA list
  → write timeZone: 'Europe/Paris'`,
  ],
} satisfies Fixture;
