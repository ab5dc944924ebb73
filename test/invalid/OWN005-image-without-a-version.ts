import type { Fixture } from '../fixture.ts';

const job = (image: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'notes', namespace: 'default' },
  spec: {
    containers: [
      {
        name: 'notes',
        image,
        resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '32Mi' } },
      },
    ],
  },
});
const own = (image: string) => ({ resources: [{ name: 'notes', objects: [job(image)] }] });

export default {
  break: (home) => {
    home.kustomize = own('registry.example.org:5000/notes');
  },
  problems: [
    `error OWN005
  kustomize.resources[0].objects[0]: has the image registry.example.org:5000/notes, which is not an exact version
  → write the tag of one release, for example ghcr.io/example/wiki:1.2.3, or a digest`,
  ],
  nearMisses: {
    'a tag': (home) => {
      home.kustomize = own('registry.example.org:5000/notes:1.2');
    },
    'a digest alone': (home) => {
      home.kustomize = own(`registry.example.org/notes@sha256:${'a'.repeat(64)}`);
    },
  },
} satisfies Fixture;
