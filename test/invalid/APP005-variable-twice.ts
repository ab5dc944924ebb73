import type { Fixture } from '../fixture.ts';

const app = {
  name: 'wiki',
  image: 'ghcr.io/example/wiki',
  version: '1.2.3',
  port: 8080,
  resources: { memoryLimit: '64MiB' },
};
const secret = { name: 'key', what: 'the key of the weather service', environment: 'KEY' };

export default {
  break: (home) => {
    home.apps = [{ ...app, environment: { KEY: 'none' }, secrets: [secret] }];
  },
  problems: [
    `error APP005
  apps[0].secrets[0].environment: KEY is already used by apps[0].environment.KEY
  → keep one of the two`,
  ],
  nearMisses: {
    'two variables': (home) => {
      home.apps = [{ ...app, environment: { KIND: 'none' }, secrets: [secret] }];
    },
    'one variable of two apps': (home) => {
      home.apps = [
        { ...app, secrets: [secret] },
        { ...app, name: 'other', secrets: [secret] },
      ];
    },
  },
} satisfies Fixture;
