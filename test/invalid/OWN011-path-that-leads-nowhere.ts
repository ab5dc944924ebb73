import type { Fixture } from '../fixture.ts';

const patch = (op: string, path: string) => ({
  patches: [
    {
      folder: 'configs/traefik',
      target: { kind: 'Middleware', name: 'lan-rate-limit' },
      patch: [{ op, path, value: 9 }],
    },
  ],
});

export default {
  break: (home) => {
    home.kustomize = patch('replace', '/spec/rateLimit/avarage');
  },
  problems: [
    `error OWN011
  kustomize.patches[0].patch: Middleware lan-rate-limit has nothing at /spec/rateLimit/avarage
  → correct the path, or add it`,
  ],
  nearMisses: {
    'what is there': (home) => {
      home.kustomize = patch('replace', '/spec/rateLimit/average');
    },
    'something new': (home) => {
      home.kustomize = patch('add', '/spec/rateLimit/other');
    },
  },
} satisfies Fixture;
