import type { Fixture } from '../fixture.ts';
import { pageOf } from '../page-chart.ts';

const guestbook = (page: object, namespace = 'app-guestbook') => [
  { name: 'guestbook', chart: pageOf('guestbook', namespace), app: { page } },
];

export default {
  break: (home) => {
    home.charts = guestbook({ service: 'guestbook', port: 80 });
  },
  problems: [
    `error OWN024
  charts[0].app.page: has the port 80 of its pods, and the Service guestbook leads to their port 8080: the policies would let nobody in
  → write podPort: 8080`,
  ],
  nearMisses: {
    'that of the pods': (home) => {
      home.charts = guestbook({ service: 'guestbook', port: 80, podPort: 8080 });
    },
  },
} satisfies Fixture;
