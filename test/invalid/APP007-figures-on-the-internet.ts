import type { Fixture } from '../fixture.ts';

const app = (metrics: object, exposures: readonly string[] = ['lan', 'internet']) => [
  {
    name: 'wiki',
    image: 'ghcr.io/example/wiki',
    version: '1.2.3',
    port: 8080,
    resources: { memoryLimit: '64MiB' },
    metrics,
    exposures,
  },
];

export default {
  break: (home) => {
    home.apps = app({});
  },
  problems: [
    `warning APP007
  apps[0].metrics: is at /metrics of port 8080, and exposures has internet: its figures are on its public host
  → let it serve them at another port, and name that: metrics: { port: 9100 }; or take internet away`,
  ],
  nearMisses: {
    'a port of their own': (home) => {
      home.apps = app({ port: 9100 });
    },
    'at home': (home) => {
      home.apps = app({}, ['lan']);
    },
  },
} satisfies Fixture;
