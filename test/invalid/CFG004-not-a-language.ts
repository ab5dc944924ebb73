import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.people[0].language = 'French';
  },
  problems: [
    `error CFG004
  people[0].language: "French" is not a language
  → write it as Nextcloud does, for example 'fr' or 'pt_BR'`,
  ],
  nearMisses: {
    'a language with its country': (home) => {
      home.people[0].language = 'pt_BR';
    },
  },
} satisfies Fixture;
