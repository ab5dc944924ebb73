import type { Fixture } from '../fixture.ts';

const app = { name: 'wiki', image: 'ghcr.io/example/wiki', version: '1.2.3', port: 8080, replicas: 2 };

export default {
  break: (home) => {
    home.apps = [{ ...app, resources: { memory: '2600MiB', memoryLimit: '3GiB' } }];
  },
  problems: [
    `error NODE007
  boards: when oak is away, what may run on any board asks for 6.8 GiB of memory, and 7.1 GiB is there for it, in pieces: one pod asks for 2.5 GiB
  → "homecloud report capacity" shows who asks for what. Turn something off, or add a board or memory`,
  ],
  nearMisses: {
    'as much as is always there': (home) => {
      home.apps = [{ ...app, resources: { memory: '1GiB', memoryLimit: '3GiB' } }];
    },
  },
} satisfies Fixture;
