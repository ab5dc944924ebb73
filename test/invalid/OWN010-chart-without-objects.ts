import { ApiObject, App, Chart } from 'cdk8s';
import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.charts = [{ name: 'notes', chart: (scope: Chart) => new Chart(scope, 'notes') }];
  },
  problems: [
    `error OWN010
  charts[0].chart: adds no object
  → add a chart with objects to the scope that the function gets, or take the entry away`,
  ],
  nearMisses: {
    'a chart of an app of its own': (home) => {
      home.charts = [
        {
          name: 'notes',
          chart: () => {
            const chart = new Chart(new App(), 'notes', { namespace: 'default' });
            new ApiObject(chart, 'note', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'note' } });
            return chart;
          },
        },
      ];
    },
  },
} satisfies Fixture;
