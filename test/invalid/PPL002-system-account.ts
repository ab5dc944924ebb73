import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.people.push({ name: 'www-data', uid: 2999 });
  },
  problems: [
    `error PPL002
  people[4].name: "www-data" is an account of the system
  → choose another account name, for example name: 'our-www-data'; fullName is what people read`,
  ],
  nearMisses: {
    almost: (home) => {
      home.people.push({ name: 'www', uid: 2999 });
    },
  },
} satisfies Fixture;
