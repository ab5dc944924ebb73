import type { Fixture } from '../fixture.ts';

const ingress = (entryPoints: string) => ({
  resources: [
    {
      name: 'wall',
      objects: [
        {
          apiVersion: 'networking.k8s.io/v1',
          kind: 'Ingress',
          metadata: {
            name: 'wall',
            namespace: 'dnas',
            annotations: { 'traefik.ingress.kubernetes.io/router.entrypoints': entryPoints },
          },
          spec: { defaultBackend: { service: { name: 'syncthing', port: { number: 8384 } } } },
        },
      ],
    },
  ],
});

export default {
  break: (home) => {
    home.kustomize = ingress('lan, internet');
  },
  problems: [
    `error OWN016
  kustomize.resources[0].objects[0]: lets the internet reach a service of dnas: Ingress wall has the entry point internet
  → write the entry point lan alone: what belongs to homecloud is for the home`,
  ],
  nearMisses: {
    'at home': (home) => {
      home.kustomize = ingress('lan');
    },
  },
} satisfies Fixture;
