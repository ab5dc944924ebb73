import type { Fixture } from '../fixture.ts';

const middleware = (name: string) => ({
  apiVersion: 'traefik.io/v1alpha1',
  kind: 'Middleware',
  metadata: { name, namespace: 'traefik' },
  spec: { compress: {} },
});

export default {
  break: (home) => {
    home.kustomize = { resources: [{ name: 'pages', layer: 'configs', objects: [middleware('lan-headers')] }] };
  },
  problems: [
    `error OWN012
  kustomize.resources[0].objects[0]: Middleware.traefik.io traefik/lan-headers is already made by homecloud, in configs/traefik
  → change that one: kustomize.patches with folder: 'configs/traefik'`,
  ],
  nearMisses: {
    'another name': (home) => {
      home.kustomize = { resources: [{ name: 'pages', layer: 'configs', objects: [middleware('compress')] }] };
    },
  },
} satisfies Fixture;
