import { ApiObject, Chart } from 'cdk8s';
import type { Fixture } from '../fixture.ts';

let count = 0;

export default {
  break: (home) => {
    home.charts = [
      {
        name: 'notes',
        chart: (scope: Chart) => {
          count += 1;
          new ApiObject(new Chart(scope, 'notes', { namespace: 'default' }), 'note', {
            apiVersion: 'v1',
            kind: 'ConfigMap',
            metadata: { name: `note-${count}` },
          });
        },
      },
    ];
  },
  problems: [
    `error OWN010
  charts[0].chart: gives other objects when it is built again
  → use neither the clock nor chance: what changes by itself would be applied again and again`,
  ],
} satisfies Fixture;
