import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.observability.enabled = false;
    home.observability.logs = { enabled: true };
  },
  problems: [
    `error OBS007
  observability.logs.enabled: is true, and observability.enabled is false
  → write enabled: true in observability, too, or take logs away`,
  ],
  nearMisses: {
    'both are on': (home) => {
      home.observability.logs = { enabled: true };
    },
    'both are off': (home) => {
      home.observability.enabled = false;
    },
  },
} satisfies Fixture;
