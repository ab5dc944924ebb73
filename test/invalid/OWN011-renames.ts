import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.kustomize = {
      patches: [
        {
          folder: 'configs/traefik',
          target: { kind: 'Middleware', name: 'lan-headers' },
          patch: { metadata: { name: 'headers' } },
        },
      ],
    };
  },
  problems: [
    `error OWN011
  kustomize.patches[0].patch: gives Middleware lan-headers another name
  → leave it as it is: add an object of your own instead, kustomize.resources`,
  ],
} satisfies Fixture;
