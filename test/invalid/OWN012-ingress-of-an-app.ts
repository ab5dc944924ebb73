import type { Fixture } from '../fixture.ts';
import { pageOf } from '../page-chart.ts';

const ingress = (name: string) => ({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name } });

/** A chart that also brings an Ingress. */
const guestbook = (name: string) => [
  {
    name: 'guestbook',
    chart: pageOf('guestbook', 'app-guestbook', ingress(name)),
    app: { page: { service: 'guestbook', port: 80, podPort: 8080 } },
  },
];

export default {
  break: (home) => {
    home.charts = guestbook('guestbook');
  },
  problems: [
    `error OWN012
  charts[0].chart: Ingress.networking.k8s.io app-guestbook/guestbook is already made by homecloud, for app.page of guestbook
  → take one of the two away`,
  ],
  nearMisses: {
    'of another name': (home) => {
      home.charts = guestbook('guestbook-feed');
    },
  },
} satisfies Fixture;
