import { ApiObject, Chart } from 'cdk8s';
import type { Fixture } from '../fixture.ts';

/** A chart with one object. */
const build = (scope: Chart) => {
  const chart = new Chart(scope, 'notes', { namespace: 'default' });
  return new ApiObject(chart, 'note', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'note' } });
};

export default {
  break: (home) => {
    home.charts = [
      {
        name: 'notes',
        chart: () => {
          throw new RangeError('there are no notes:\n  look again');
        },
      },
    ];
  },
  problems: [
    `error OWN010
  charts[0].chart: throws RangeError: there are no notes: look again
  → correct the chart: its objects are made with the cdk8s of your home`,
  ],
  nearMisses: {
    'a chart inside of a chart': (home) => {
      home.charts = [{ name: 'notes', chart: (scope: Chart) => build(new Chart(scope, 'outer')) }];
    },
  },
} satisfies Fixture;
