import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.traefik.values = { a: { b: [null] } };
  },
  problems: [
    `error CFG004
  traefik.values.a: has a part that is no value of a Helm chart
  → write texts, numbers, true or false, lists and groups of keys`,
  ],
  nearMisses: {
    'any other value': (home) => {
      home.traefik.values = { a: { b: [0, false, '', {}] } };
    },
  },
} satisfies Fixture;
