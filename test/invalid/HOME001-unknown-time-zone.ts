import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.home.timeZone = 'Europe/Pariss';
  },
  problems: [
    `error HOME001
  home.timeZone: "Europe/Pariss" is not a time zone of the IANA list
  → write timeZone: 'Europe/Paris'`,
  ],
  nearMisses: {
    'a second name of a zone': (home) => {
      home.home.timeZone = 'Asia/Kolkata';
    },
  },
} satisfies Fixture;
