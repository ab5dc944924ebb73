import type { Fixture } from '../fixture.ts';

const app = {
  name: 'wiki',
  image: 'ghcr.io/example/wiki',
  version: '1.2.3',
  port: 8080,
  resources: { memoryLimit: '64MiB' },
};
const secret = { name: 'key', what: 'the key of the weather service' };

export default {
  break: (home) => {
    home.apps = [{ ...app, secrets: [secret] }];
  },
  problems: [
    `error APP004
  apps[0].secrets[0]: is neither a variable of the environment nor a file
  → write how the program reads it: environment: 'PASSWORD', or file: '/run/secrets/password'`,
  ],
  nearMisses: {
    'a variable': (home) => {
      home.apps = [{ ...app, secrets: [{ ...secret, environment: 'KEY' }] }];
    },
    'a file': (home) => {
      home.apps = [{ ...app, secrets: [{ ...secret, file: '/run/secrets/key' }] }];
    },
  },
} satisfies Fixture;
