import { certManagerMetrics } from './certificates-flows.ts';
import type { Config } from './config.ts';
import {
  addressesOf,
  type Flow,
  type FlowPort,
  outsideCluster,
  type Pods,
  tcp,
  toApiServer,
  toDns,
  udp,
} from './flows.ts';
import { longhornMetrics } from './longhorn-flows.ts';
import { nextcloudPods, nextcloudPorts } from './nextcloud-flows.ts';
import { hasCloudShares } from './nextcloud-shares.ts';
import { fromTraefik, traefikMetrics } from './traefik.ts';

export const observabilityNamespace = 'observability';

/** Pods of the chart kube-prometheus-stack, by what they run. */
function pods(name: string): Pods {
  return { namespace: observabilityNamespace, labels: { 'app.kubernetes.io/name': name } };
}

export const prometheus = pods('prometheus');
const alertmanager = pods('alertmanager');
const grafana = pods('grafana');
const operator = pods('kube-prometheus-stack-prometheus-operator');
const kubeStateMetrics = pods('kube-state-metrics');
const nodeExporter = pods('prometheus-node-exporter');

/** Pods that Prometheus measures, each at one of its ports. Their values.yaml name the ports; 8080 is the reloader's. */
const own: readonly (readonly [name: string, to: Pods, ...ports: number[]])[] = [
  ['alertmanager', alertmanager, 9093, 8080],
  ['kube-state-metrics', kubeStateMetrics, 8080],
  ['node-exporter', nodeExporter, 9100],
  ['traefik', traefikMetrics.pods, traefikMetrics.port],
];

/** Prometheus reaches what it measures, Alertmanager those whom it tells, Grafana both, and nothing else does. */
export function observabilityFlows(config: Config): Flow[] {
  const { boards, certificates, longhorn, network, observability } = config;
  const measured = [
    ...own,
    ...(certificates.mode === 'none'
      ? []
      : [['cert-manager', certManagerMetrics.pods, certManagerMetrics.port] as const]),
    ...(longhorn.enabled ? [['longhorn', longhornMetrics.pods, longhornMetrics.port] as const] : []),
    ...(hasCloudShares(config) ? [['nextcloud', nextcloudPods, nextcloudPorts.web] as const] : []),
  ];
  const receivers = receiverPorts(observability);
  return [
    toDns('observability', { namespace: observabilityNamespace, labels: {} }),
    toApiServer('prometheus', prometheus, boards),
    toApiServer('prometheus-operator', operator, boards),
    toApiServer('kube-state-metrics', kubeStateMetrics, boards),
    ...measured.map(([name, to, ...ports]) => ({
      name: `prometheus-to-${name}`,
      from: prometheus,
      to,
      ports: tcp(...ports),
      reason: 'Prometheus measures it',
    })),
    {
      name: 'prometheus-to-kubelets',
      from: prometheus,
      to: { networks: addressesOf(boards) },
      ports: tcp(10250),
      reason: 'Prometheus measures k3s and the containers of each board',
    },
    {
      name: 'grafana-to-prometheus',
      from: grafana,
      to: prometheus,
      ports: tcp(9090),
      reason: 'dashboards show what was measured',
    },
    {
      name: 'grafana-to-alertmanager',
      from: grafana,
      to: alertmanager,
      ports: tcp(9093),
      reason: 'Grafana shows alerts and silences them',
    },
    fromTraefik('grafana', grafana, 3000),
    ...(boards.length > 1
      ? [
          {
            name: 'alertmanagers',
            from: alertmanager,
            to: alertmanager,
            ports: [...tcp(9094), ...udp(9094)],
            reason: 'both agree on who tells an alert (Alertmanager, --cluster.listen-address)',
          },
        ]
      : []),
    ...(receivers === null
      ? []
      : [
          {
            name: 'alertmanager-to-receivers',
            from: alertmanager,
            to: outsideCluster(boards, network),
            ports: receivers,
            reason: 'tells the receivers and the watcher, whose addresses are secrets or names, at home or outside',
          },
        ]),
  ];
}

/** Ports of all receivers; empty, which is each of them, where an address is secret; `null` without a receiver. */
function receiverPorts({ receivers, watcher }: Config['observability']): FlowPort[] | null {
  const { email, telegram, ntfy, webhook } = receivers;
  if (watcher || ntfy.length > 0 || webhook.length > 0) return [];
  const ports = new Set([
    ...email.map(({ server }) => Number(server.slice(server.lastIndexOf(':') + 1))),
    ...(telegram.length > 0 ? [443] : []),
  ]);
  return ports.size === 0 ? null : tcp(...[...ports].sort((a, b) => a - b));
}
