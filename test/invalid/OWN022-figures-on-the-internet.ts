import { type Fixture, releaseOf } from '../fixture.ts';

const app = (port: number, exposures: readonly string[]) => ({
  page: { service: 'forge', port: 80, podPort: 3000, exposures },
  metrics: { port },
});

export default {
  break: (home) => {
    home.releases = [releaseOf(app(3000, ['lan', 'internet']))];
  },
  problems: [
    `warning OWN022
  releases[0].app.metrics: is at /metrics of port 3000, and exposures has internet: its figures are on its public host
  → let it serve them at another port, and name that; or take internet away`,
  ],
  nearMisses: {
    'a port of their own': (home) => {
      home.releases = [releaseOf(app(9100, ['lan', 'internet']))];
    },
    'at home': (home) => {
      home.releases = [releaseOf(app(3000, ['lan']))];
    },
  },
} satisfies Fixture;
