import type { Fixture } from '../fixture.ts';
import { pageOf } from '../page-chart.ts';

const guestbook = (page: object, namespace = 'app-guestbook') => [
  { name: 'guestbook', chart: pageOf('guestbook', namespace), app: { page } },
];

export default {
  break: (home) => {
    home.charts = guestbook({ service: 'guestbook-http', port: 80, podPort: 8080 });
  },
  problems: [
    `error OWN024
  charts[0].app.page: leads to the Service guestbook-http, port 80, in the namespace app-guestbook, and the chart makes none
  → write service and port of one that it makes: guestbook:80`,
  ],
  nearMisses: {
    'the one that it makes': (home) => {
      home.charts = guestbook({ service: 'guestbook', port: 80, podPort: 8080 });
    },
  },
} satisfies Fixture;
