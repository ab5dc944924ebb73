import type { Fixture } from '../fixture.ts';

const route = (entryPoints: readonly string[], service: object, namespace = 'traefik') => ({
  resources: [
    {
      name: 'wall',
      objects: [
        {
          apiVersion: 'traefik.io/v1alpha1',
          kind: 'IngressRoute',
          metadata: { name: 'wall', namespace },
          spec: {
            entryPoints,
            routes: [{ kind: 'Rule', match: 'PathPrefix(`/api`)', services: [service] }],
          },
        },
      ],
    },
  ],
});
const dashboard = { kind: 'TraefikService', name: 'api@internal' };

export default {
  break: (home) => {
    home.kustomize = route(['lan', 'internet'], dashboard);
  },
  problems: [
    `error OWN016
  kustomize.resources[0].objects[0]: lets the internet reach api@internal: IngressRoute wall has the entry point internet
  → write the entry point lan alone: what belongs to homecloud is for the home`,
  ],
  nearMisses: {
    'at home': (home) => {
      home.kustomize = route(['lan'], dashboard);
    },
    'what only redirects': (home) => {
      home.kustomize = route(['internet'], { kind: 'TraefikService', name: 'noop@internal' }, 'default');
    },
    'a service of the admin': (home) => {
      home.kustomize = route(['internet'], { kind: 'Service', name: 'wall', port: 80 }, 'default');
    },
  },
} satisfies Fixture;
