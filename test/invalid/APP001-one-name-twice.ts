import type { Fixture } from '../fixture.ts';

const app = (name: string) => ({
  name,
  image: 'ghcr.io/example/wiki',
  version: '1.2.3',
  port: 8080,
  resources: { memoryLimit: '64MiB' },
});

export default {
  break: (home) => {
    home.apps = [app('wiki'), { ...app('wiki'), host: 'other' }];
  },
  problems: [
    `error APP001
  apps[1].name: "wiki" is already used by apps[0].name
  → give each app its own name`,
  ],
  nearMisses: {
    'two apps from one image': (home) => {
      home.apps = [app('wiki'), app('wiki-2')];
    },
  },
} satisfies Fixture;
