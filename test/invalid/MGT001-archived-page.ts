import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.management.dashboard = { enabled: true };
  },
  problems: [
    `warning MGT001
  management.dashboard.enabled: turns on Kubernetes Dashboard, which gets no more updates, not even for security
  → write false, and use Headlamp: management: { headlamp: { enabled: true } }`,
  ],
  nearMisses: {
    'the two others': (home) => {
      home.management.portainer = { enabled: true };
    },
  },
} satisfies Fixture;
