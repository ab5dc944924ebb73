import { ApiObject, Chart } from 'cdk8s';
import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.charts = [
      {
        name: 'notes',
        chart: (scope: Chart) =>
          new ApiObject(new Chart(scope, 'notes'), 'note', {
            apiVersion: 'v1',
            kind: 'ConfigMap',
            metadata: { name: 'Not a name' },
          }),
      },
    ];
  },
  problems: [
    `error OWN010
  charts[0].chart: gives an object that is none of Kubernetes: metadata.name is no name of an object: write lower-case letters, digits, hyphens and dots
  → each object needs apiVersion, kind and metadata.name`,
  ],
} satisfies Fixture;
