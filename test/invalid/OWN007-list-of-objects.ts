import type { Fixture } from '../fixture.ts';

const list = (kind: string, content: object) => ({
  resources: [
    {
      name: 'mail',
      objects: [{ apiVersion: 'v1', kind, metadata: { name: 'mail', namespace: 'default' }, ...content }],
    },
  ],
});
const secret = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'mail', namespace: 'default' },
  stringData: { password: 'hunter2' },
};

export default {
  break: (home) => {
    home.kustomize = list('SecretList', { items: [secret] });
  },
  problems: [
    `error OWN007
  kustomize.resources[0].objects[0]: is the SecretList mail, and nobody looks at its items
  → write its items one by one, each as an object of its own`,
  ],
  nearMisses: {
    'a kind whose name ends so': (home) => {
      home.kustomize = list('AllowList', { spec: { items: ['alice'] } });
    },
    'a kind with items': (home) => {
      home.kustomize = list('Menu', { items: ['soup'] });
    },
  },
} satisfies Fixture;
