import type { Fixture } from '../fixture.ts';

const secret = (kind: string) => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'mail', namespace: 'default' },
  stringData: { password: 'hunter2' },
});

export default {
  break: (home) => {
    home.kustomize = { resources: [{ name: 'mail', objects: [secret('Secret')] }] };
  },
  problems: [
    `error OWN002
  kustomize.resources[0].objects[0]: is the Secret mail, and dist/ stands in Git, where everybody would read it
  → declare it as a secret of an app, apps[].secrets or app.secrets of a chart, which "homecloud secrets add" encrypts`,
  ],
  nearMisses: {
    'a kind of another API with that name': (home) => {
      home.kustomize = {
        resources: [{ name: 'mail', objects: [{ ...secret('Secret'), apiVersion: 'vault.example.org/v1' }] }],
      };
    },
  },
} satisfies Fixture;
