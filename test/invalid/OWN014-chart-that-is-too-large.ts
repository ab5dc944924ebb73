import { ApiObject, Chart } from 'cdk8s';
import type { Fixture } from '../fixture.ts';

/** A chart whose one pod asks for so much. */
const asking = (memory: string) => [
  {
    name: 'model',
    chart: (scope: Chart) =>
      new ApiObject(new Chart(scope, 'model', { namespace: 'default' }), 'deployment', {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'model' },
        spec: {
          template: {
            spec: {
              containers: [
                {
                  name: 'model',
                  image: 'ghcr.io/example/model:1.2.3',
                  resources: { requests: { cpu: '100m', memory }, limits: { memory } },
                },
              ],
            },
          },
        },
      }),
  },
];

export default {
  break: (home) => {
    home.charts = asking('48Gi');
  },
  problems: [
    `error OWN014
  charts: on all boards what may run on any board asks for 49.7 GiB of memory, and 12.1 GiB is there for it
  → ask for less in your charts, turn something off, or add a board or memory`,
  ],
  nearMisses: {
    'a small one': (home) => {
      home.charts = asking('64Mi');
    },
  },
} satisfies Fixture;
