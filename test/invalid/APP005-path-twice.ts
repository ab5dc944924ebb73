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
    home.apps = [
      { ...app, writable: ['/tmp'], secrets: [{ name: 'key', what: 'the key of its sessions', file: '/tmp' }] },
    ];
  },
  problems: [
    `error APP005
  apps[0].secrets[0].file: /tmp is already used by apps[0].writable[0]
  → give each its own path`,
  ],
} satisfies Fixture;
