import type { Fixture } from '../fixture.ts';

const patch = (kind: string, name: string) => ({
  patches: [{ folder: 'controllers/dnas', target: { kind, name }, patch: { metadata: { labels: { mine: 'yes' } } } }],
});

export default {
  break: (home) => {
    home.kustomize = patch('Secret', 'dnas-users');
  },
  problems: [
    `error OWN002
  kustomize.patches[0].target.kind: is Secret, which is encrypted as a whole: with a patch, Flux could not open it any more
  → change its value: "homecloud secrets list" says where it comes from`,
  ],
  nearMisses: {
    'another kind': (home) => {
      home.kustomize = patch('Namespace', 'dnas');
    },
  },
} satisfies Fixture;
