import type { Fixture } from '../fixture.ts';

const alert = {
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'PrometheusRule',
  metadata: { name: 'mine', namespace: 'default' },
  spec: { groups: [] },
};

export default {
  home: 'minimal',
  break: (home) => {
    home.kustomize = { resources: [{ name: 'alerts', layer: 'configs', objects: [alert] }] };
  },
  problems: [
    `error OWN013
  kustomize.resources[0].objects[0]: is PrometheusRule mine of monitoring.coreos.com, and observability is off
  → turn observability on, or take the object away`,
  ],
} satisfies Fixture;
