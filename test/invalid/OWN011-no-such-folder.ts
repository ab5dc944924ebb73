import type { Fixture } from '../fixture.ts';

const patch = (folder: string) => ({
  patches: [
    { folder, target: { kind: 'Middleware', name: 'lan-headers' }, patch: { metadata: { labels: { a: 'b' } } } },
  ],
});

export default {
  home: 'minimal',
  break: (home) => {
    home.kustomize = patch('configs/treafik');
  },
  problems: [
    `error OWN011
  kustomize.patches[0].folder: configs/treafik is no folder of dist/kubernetes
  → the folders are clusters/home, controllers/policy, controllers/flux, controllers/traefik, configs/traefik, controllers/certificates, configs/certificates, configs/names, controllers/headlamp, configs/headlamp`,
  ],
  nearMisses: {
    'one that is there': (home) => {
      home.kustomize = patch('configs/traefik');
    },
  },
} satisfies Fixture;
