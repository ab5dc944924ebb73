import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.kustomize = { patches: [{ folder: 'configs/traefik', target: { kind: 'Middleware' }, patch: 'spec: {}' }] };
  },
  problems: [
    `error CFG004
  kustomize.patches[0].patch: is no patch
  → write the keys that change, { spec: { … } }, or operations, [{ op: 'remove', path: '/spec/…' }]`,
  ],
} satisfies Fixture;
