import type { Fixture } from '../fixture.ts';
import { pageOf } from '../page-chart.ts';

const labels = { 'pod-security.kubernetes.io/enforce': 'privileged' };

/** A chart that also brings a namespace. */
const guestbook = (kind: string, name: string) => [
  {
    name: 'guestbook',
    chart: pageOf('guestbook', 'app-guestbook', { apiVersion: 'v1', kind, metadata: { name, labels } }),
    app: {},
  },
];

export default {
  break: (home) => {
    home.charts = guestbook('Namespace', 'app-guestbook');
  },
  problems: [
    `error OWN012
  charts[0].chart: Namespace app-guestbook is already made by homecloud, in controllers/app-guestbook
  → change that one: kustomize.patches with folder: 'controllers/app-guestbook'`,
  ],
  nearMisses: {
    'something else of that name': (home) => {
      home.charts = guestbook('ConfigMap', 'app-guestbook');
    },
  },
} satisfies Fixture;
