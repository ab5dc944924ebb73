import type { Fixture } from '../fixture.ts';

const key = 'kustomize.toolkit.fluxcd.io/prune';
const patch = (change: object) => ({
  patches: [{ folder: 'controllers/dnas', target: { kind: 'Namespace', name: 'dnas' }, patch: change }],
});

export default {
  break: (home) => {
    home.kustomize = patch({ metadata: { annotations: { [key]: 'enabled' } } });
  },
  problems: [
    `error OWN015
  kustomize.patches[0].patch: lets Flux delete Namespace dnas, and what it holds
  → keep its annotation kustomize.toolkit.fluxcd.io/prune: disabled`,
  ],
  nearMisses: {
    'another annotation': (home) => {
      home.kustomize = patch({ metadata: { annotations: { mine: 'yes' } } });
    },
  },
} satisfies Fixture;
