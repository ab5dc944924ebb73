import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.traefik.values = { resources: { limits: { memory: '3Gi' } } };
  },
  problems: [
    `error NODE007
  boards[2]: what is bound to fir may use 3 GiB of memory, and the board has 2.4 GiB for pods
  → let less of this run there: traefik; or give the board more memory`,
  ],
  nearMisses: {
    'as much as there is': (home) => {
      home.traefik.values = { resources: { limits: { memory: '2Gi' } } };
    },
  },
} satisfies Fixture;
