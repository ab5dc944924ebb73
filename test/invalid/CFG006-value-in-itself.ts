import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.traefik.values = {};
    home.traefik.values.self = home.traefik.values;
  },
  problems: [
    `error CFG006
  traefik: cannot be read: it contains itself, is nested too deeply, or has more than 200000 values
  → write only what belongs there`,
  ],
  nearMisses: {
    'a value used twice': (home) => {
      const ports = { web: 1 };
      home.traefik.values = { a: ports, b: ports };
    },
  },
} satisfies Fixture;
