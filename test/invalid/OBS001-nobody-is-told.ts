import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.observability.receivers = {};
  },
  reliesOn: [['observability', 'enabled']],
  problems: [
    `error OBS001
  observability.receivers: has no receiver: alerts are seen by nobody
  → add one, for example ntfy: [{ name: 'phone' }], or write noReceivers with the reason why nobody is told`,
  ],
  nearMisses: {
    'with a reason': (home) => {
      home.observability.receivers = {};
      home.observability.noReceivers = 'we look at Grafana every day';
    },
    'where nothing is measured': (home) => {
      home.observability = { enabled: false };
    },
    'one by Telegram': (home) => {
      home.observability.receivers = { telegram: [{ name: 'family', chat: -42 }] };
    },
  },
} satisfies Fixture;
