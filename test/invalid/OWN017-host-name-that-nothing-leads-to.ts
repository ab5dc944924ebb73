import type { Fixture } from '../fixture.ts';

const ingress = (host: string) => ({
  resources: [
    {
      name: 'wall',
      objects: [
        {
          apiVersion: 'networking.k8s.io/v1',
          kind: 'Ingress',
          metadata: { name: 'wall', namespace: 'default' },
          spec: { rules: [{ host }] },
        },
      ],
    },
  ],
});

export default {
  break: (home) => {
    home.home.domain = 'home.example.net';
    home.kustomize = ingress('wall.home.example.net');
  },
  problems: [
    `warning OWN017
  kustomize.resources[0].objects[0]: has the host name wall.home.example.net, which is none of the home: it gets no record by itself
  → let an app of the home have it, apps[].host; or see to it yourself, and acknowledge this`,
  ],
  nearMisses: {
    'known, and accepted': (home) => {
      home.kustomize = ingress(`wall.${home.home.domain}`);
      home.acknowledge = [{ code: 'OWN017', reason: 'its record stands in the router' }];
    },
  },
} satisfies Fixture;
