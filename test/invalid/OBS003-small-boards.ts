import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    for (const board of home.boards) board.memory = '3.5GiB';
  },
  reliesOn: [['observability', 'enabled']],
  problems: [
    `warning OBS003
  observability.enabled: the largest board has 3.5 GiB of memory, and Prometheus with Grafana want one with 4 GiB
  → write enabled: false, or add a larger board`,
  ],
  nearMisses: {
    'one board is large enough': (home) => {
      for (const board of home.boards) board.memory = '3.5GiB';
      home.boards[0].memory = '4GiB';
    },
  },
} satisfies Fixture;
