import type { Fixture } from '../fixture.ts';
import { pageOf } from '../page-chart.ts';

const guestbook = (page: object, namespace = 'app-guestbook') => [
  { name: 'guestbook', chart: pageOf('guestbook', namespace), app: { page } },
];

export default {
  break: (home) => {
    home.charts = guestbook({ service: 'guestbook', port: 80, podPort: 8080 }, 'default');
  },
  problems: [
    `error OWN026
  charts[0].chart: makes Deployment default/guestbook, Service default/guestbook, and app is about the namespace app-guestbook: its policies, secrets and claims are there
  → make the chart with the namespace: new Guestbook(scope, 'guestbook', { namespace: 'app-guestbook' }); or take app away`,
  ],
  nearMisses: {
    'without app': (home) => {
      home.charts = [{ name: 'guestbook', chart: pageOf('guestbook', 'default') }];
    },
  },
} satisfies Fixture;
