import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.traefik.values = {};
    home.traefik.values.self = home.traefik.values;
  },
  problems: [
    `error CFG004
  traefik.values: a group of keys contains itself
  → write each value where it belongs`,
  ],
  nearMisses: {
    'a value used twice': (home) => {
      const ports = { web: 1 };
      home.traefik.values = { a: ports, b: ports };
    },
  },
} satisfies Fixture;
