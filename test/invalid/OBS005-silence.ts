import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.observability.watcher = false;
  },
  reliesOn: [['observability', 'enabled']],
  problems: [
    `warning OBS005
  observability.watcher: is false: nobody outside notices when no alert can come any more
  → make a check at a service such as healthchecks.io and write watcher: true`,
  ],
  nearMisses: {
    'where nobody is told anything': (home) => {
      home.observability = { enabled: true, noReceivers: 'we look at Grafana every day' };
    },
  },
} satisfies Fixture;
