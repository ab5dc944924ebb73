import { type Fixture, releaseOf } from '../fixture.ts';

const app = {
  name: 'forge',
  image: 'ghcr.io/example/forge',
  version: '1.2.3',
  port: 8080,
  resources: { memoryLimit: '64MiB' },
};

export default {
  break: (home) => {
    home.apps = [app];
    home.releases = [releaseOf({})];
  },
  problems: [
    `error OWN019
  releases[0].name: "forge" is already used by apps[0].name
  → give each app its own name`,
  ],
  nearMisses: {
    'a chart without an app': (home) => {
      home.apps = [app];
      home.charts = [{ name: 'forge', chart: () => {} }];
    },
  },
} satisfies Fixture;
