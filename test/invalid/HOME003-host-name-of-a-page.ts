import { type Fixture, releaseOf } from '../fixture.ts';

const page = (host: string) => ({ page: { host, service: 'forge', port: 80 } });

export default {
  break: (home) => {
    home.charts = [{ name: 'forge', chart: () => {} }];
    home.releases = [releaseOf(page('traefik'))];
  },
  reliesOn: [['traefik', 'dashboard']],
  problems: [
    `error HOME003
  releases[0].app.page: has the host name traefik.cloud.example.org, which traefik has already
  → give the app another one: page: { host: 'wiki' }`,
  ],
  nearMisses: {
    'its own name': (home) => {
      home.charts = [];
      home.releases = [releaseOf(page('git'))];
    },
  },
} satisfies Fixture;
