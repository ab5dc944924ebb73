import type { Fixture } from '../fixture.ts';

const app = {
  name: 'wiki',
  image: 'ghcr.io/example/wiki',
  version: '1.2.3',
  port: 8080,
  resources: { memoryLimit: '64MiB' },
};

export default {
  break: (home) => {
    home.apps = [{ ...app, host: 'traefik' }];
  },
  reliesOn: [['traefik', 'dashboard']],
  problems: [
    `error HOME003
  apps[0]: has the host name traefik.cloud.example.org, which traefik has already
  → give the app another one: host: 'wiki'`,
  ],
  nearMisses: {
    'its own name': (home) => {
      home.apps = [app];
    },
  },
} satisfies Fixture;
