import type { Fixture } from '../fixture.ts';

const app = { name: 'wiki', image: 'ghcr.io/example/wiki', version: '1.2.3', port: 8080 };

export default {
  break: (home) => {
    home.apps = [{ ...app, resources: { memory: '128MiB', memoryLimit: '64MiB' } }];
  },
  problems: [
    `error APP003
  apps[0].resources.memoryLimit: is less than the memory that the app asks for
  → write a memoryLimit that is at least memory (64MiB where you did not write it)`,
  ],
  nearMisses: {
    'all that it may use': (home) => {
      home.apps = [{ ...app, resources: { memory: '64MiB', memoryLimit: '64MiB' } }];
    },
  },
} satisfies Fixture;
