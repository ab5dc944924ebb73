import type { Fixture } from '../fixture.ts';

export default {
  home: 'minimal',
  break: (home) => {
    home.kustomize = {
      patches: [
        {
          folder: 'configs/traefik',
          target: { kind: 'Middleware', name: 'headers' },
          patch: { spec: { compress: {} } },
        },
      ],
    };
  },
  problems: [
    `error OWN011
  kustomize.patches[0].target: there is no Middleware headers in configs/traefik
  → it has TLSOption default, TLSStore default, Middleware lan-rate-limit, Middleware lan-headers, Middleware internet-rate-limit, Middleware internet-headers, Middleware dashboard-auth, IngressRoute dashboard`,
  ],
} satisfies Fixture;
