import type { Chart } from 'cdk8s';
import { IntOrString, KubeConfigMap, KubeService } from 'cdk8s-plus-27/lib/imports/k8s.js';
import { PodMonitor, PrometheusRule } from '../../imports/monitoring.coreos.com.ts';
import type { Observability } from '../../model/facts/observability.ts';
import type { Model } from '../../model/model.ts';
import { type Capability, folderPath, volumesReady } from '../folder.ts';
import { addNamespace, namespaceOf } from '../namespace.ts';
import { addRelease } from '../release.ts';
import { addRoute, hostNameOf } from '../route.ts';
import { type AlertGroup, alertGroups } from './alerts.ts';
import { dashboards } from './dashboards.ts';
import { logsFolders, logsLinks } from './logs.ts';
import { metrics } from './metrics.ts';
import { dashboardJson } from './panels.ts';
import { boardOfPod, dashboardsName, grafanaName, prometheusStackValues } from './release-values.ts';

/** How the home is measured and watched: Prometheus and what feeds it, alerts, and Grafana for the home. */
export const observability: Capability = (model) => {
  const { observability } = model;
  if (observability === null) return [];
  const { namespace } = observability;
  const controllers = { layer: 'controllers', capability: 'observability', namespace } as const;
  return [
    {
      ...controllers,
      // The volume of Prometheus.
      dependsOn: volumesReady(model),
      build: (chart) => addStack(chart, model, observability),
    },
    {
      layer: 'configs',
      capability: 'observability',
      namespace,
      dependsOn: [folderPath(controllers), folderPath({ layer: 'controllers', capability: 'traefik' })],
      build: (chart) => addConfiguration(chart, model, observability),
    },
    ...(observability.logs === null ? [] : logsFolders(model, observability.logs, controllers)),
  ];
};

const releaseName = 'kube-prometheus-stack';

function addStack(chart: Chart, model: Model, observability: Observability): void {
  addNamespace(chart, namespaceOf(model.namespaces, 'observability'));
  // Grafana does not start without it.
  new KubeConfigMap(chart, 'config-map-dashboards', {
    metadata: { name: dashboardsName },
    data: Object.fromEntries(
      Object.entries(dashboards(model)).map(([name, dashboard]) => [
        `${name}.json`,
        dashboardJson(name, dashboard, logsLinks(observability)),
      ]),
    ),
  });
  addRelease(chart, {
    name: releaseName,
    chart: model.pins.prometheusStack,
    values: prometheusStackValues(model, observability),
    extraValues: observability.values,
    // Of node-exporter.
    isOnEachBoard: true,
  });
}

function addConfiguration(chart: Chart, model: Model, { grafana, longhornNamespace }: Observability): void {
  for (const group of alertGroups(model)) addRules(chart, group);
  addMonitor(chart, {
    name: 'traefik',
    namespace: model.traefik.namespace,
    pods: { 'app.kubernetes.io/name': 'traefik' },
    port: 'metrics',
    metrics: metrics.traefik,
  });
  for (const app of model.apps) {
    if (app.metrics === null) continue;
    addMonitor(chart, {
      name: app.namespace,
      namespace: app.namespace,
      pods: { 'app.kubernetes.io/name': app.name },
      port: app.metrics.port === app.port ? 'web' : 'metrics',
      path: app.metrics.path,
    });
  }
  for (const { namespace, metrics } of model.ownApps) {
    // How the chart calls its pods and their ports, it alone knows.
    if (metrics !== null) addMonitor(chart, { name: namespace, namespace, pods: {}, ...metrics });
  }
  if (model.certificates !== null) {
    addMonitor(chart, {
      name: 'cert-manager',
      namespace: model.certificates.namespace,
      pods: { 'app.kubernetes.io/name': 'cert-manager', 'app.kubernetes.io/component': 'controller' },
      port: 'http-metrics',
      metrics: metrics.certManager,
    });
  }
  if (model.nextcloud !== null && model.nextcloud.shares.list.length > 0) {
    addMonitor(chart, {
      name: 'nextcloud',
      namespace: model.nextcloud.namespace,
      pods: { 'app.kubernetes.io/name': 'nextcloud', 'app.kubernetes.io/component': 'server' },
      port: 'web',
      // Its pages have other addresses only as far as Apache rewrites them.
      path: '/index.php/metrics',
      metrics: metrics.nextcloud,
    });
  }
  if (longhornNamespace !== null) {
    addMonitor(chart, {
      name: 'longhorn',
      namespace: longhornNamespace,
      pods: { app: 'longhorn-manager' },
      port: 'manager',
      metrics: metrics.longhorn,
    });
  }
  // The chart's own Service stands in no file of the tree, and a route must not lead to what may not be there.
  new KubeService(chart, `service-${grafanaName}`, {
    metadata: { name: grafanaName },
    spec: {
      selector: { 'app.kubernetes.io/name': grafanaName, 'app.kubernetes.io/instance': releaseName },
      ports: [{ name: 'http', port: 80, targetPort: IntOrString.fromNumber(3000) }],
    },
  });
  addRoute(chart, {
    name: grafanaName,
    hostName: hostNameOf(model.hostNames, grafana.host),
    service: { name: grafanaName, port: 80 },
  });
}

/** The rules of a group, as Prometheus wants them. */
function addRules(chart: Chart, { name, records = [], alerts }: AlertGroup): void {
  new PrometheusRule(chart, `rules-${name}`, {
    metadata: { name },
    spec: {
      groups: [
        {
          name,
          rules: [
            ...records.map((one) => ({
              record: one.name,
              expr: one.query,
              labels: one.labels,
            })),
            ...alerts.map((alert) => ({
              alert: alert.name,
              expr: alert.query,
              for: alert.after,
              ...(alert.keep !== undefined && { keepFiringFor: alert.keep }),
              labels: { severity: alert.severity },
              annotations: { summary: alert.summary, description: alert.todo.join('\n') },
            })),
          ],
        },
      ],
    },
  });
}

interface MonitorProps {
  readonly name: string;
  /** Where the pods are. */
  readonly namespace: string;
  readonly pods: Readonly<Record<string, string>>;
  /** Name of the port, or its number. */
  readonly port: string | number;
  /** @default '/metrics' */
  readonly path?: string;
  /** What is kept. @default all, as long as one pod does not give more than Prometheus has memory for */
  readonly metrics?: readonly string[];
}

/** Samples of one pod of the admin's: Prometheus needs some kilobytes of memory for each. */
const sampleLimit = 2000;

function addMonitor(chart: Chart, { name, namespace, pods, port, path, metrics }: MonitorProps): void {
  new PodMonitor(chart, `monitor-${name}`, {
    metadata: { name },
    spec: {
      namespaceSelector: { matchNames: [namespace] },
      selector: { matchLabels: pods },
      ...(metrics === undefined && { sampleLimit }),
      podMetricsEndpoints: [
        {
          ...(typeof port === 'number' ? { portNumber: port } : { port }),
          ...(path !== undefined && { path }),
          relabelings: [{ ...boardOfPod, sourceLabels: [...boardOfPod.sourceLabels] }],
          ...(metrics !== undefined && {
            metricRelabelings: [{ sourceLabels: ['__name__'], regex: metrics.join('|'), action: 'keep' }],
          }),
        },
      ],
    },
  });
}
