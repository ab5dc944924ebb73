import type { Fixture } from '../fixture.ts';

const patch = (value: string) => ({
  patches: [
    {
      folder: 'apps/dnas/oak',
      target: { kind: 'Deployment' },
      patch: [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value }],
    },
  ],
});

export default {
  break: (home) => {
    home.kustomize = patch('ghcr.io/example/samba:latest');
  },
  problems: [
    `error OWN005
  kustomize.patches[0].patch: has the image ghcr.io/example/samba:latest, which is not an exact version
  → write the tag of one release, for example ghcr.io/example/wiki:1.2.3, or a digest`,
  ],
  nearMisses: {
    'a release': (home) => {
      home.kustomize = patch('ghcr.io/example/samba:4.2');
    },
  },
} satisfies Fixture;
