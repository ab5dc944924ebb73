import type { Fixture } from '../fixture.ts';

const route = (match: string) => ({
  resources: [
    {
      name: 'wall',
      objects: [
        {
          apiVersion: 'traefik.io/v1alpha1',
          kind: 'IngressRoute',
          metadata: { name: 'wall', namespace: 'default' },
          spec: {
            entryPoints: ['lan'],
            routes: [{ kind: 'Rule', match, services: [{ kind: 'Service', name: 'wall', port: 80 }] }],
          },
        },
      ],
    },
  ],
});

export default {
  break: (home) => {
    home.kustomize = route('Host(`wall.example.net`) && PathPrefix(`/`)');
  },
  problems: [
    `warning OWN017
  kustomize.resources[0].objects[0]: has the host name wall.example.net, which is none of the home: it gets no record and no certificate by itself
  → let an app of the home have it, apps[].host; or see to it yourself, and acknowledge this`,
  ],
  nearMisses: {
    'any host': (home) => {
      home.kustomize = route('PathPrefix(`/wall`)');
    },
    'one of the home': (home) => {
      home.traefik = { dashboard: true };
      home.kustomize = route(`Host(\`traefik.${home.home.domain}\`) && PathPrefix(\`/wall\`)`);
    },
  },
} satisfies Fixture;
