import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.observability.receivers.ntfy.push({ name: 'phone' });
  },
  problems: [
    `error OBS006
  observability.receivers.ntfy[1].name: "phone" is already used by observability.receivers.ntfy[0].name
  → give each its own name`,
  ],
  nearMisses: {
    'of another kind': (home) => {
      home.observability.receivers.webhook = [{ name: 'phone' }];
    },
  },
} satisfies Fixture;
