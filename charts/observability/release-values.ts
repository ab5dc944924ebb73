import type { Observability } from '../../model/facts/observability.ts';
import type { Model } from '../../model/model.ts';
import { stackName } from '../../model/observability.ts';
import { priorities } from '../../model/priorities.ts';
import { containerResources } from '../container-resources.ts';
import { alertmanagerConfig, messages } from './alertmanager.ts';
import { fluxState, fluxStateRules } from './flux-state.ts';
import { metrics } from './metrics.ts';
import { allAtOnce, type GrafanaValues, type PrometheusStackValues, type Relabeling } from './values.ts';

/** Of Grafana's Deployment, Service and route. */
export const grafanaName = 'grafana';

/** ConfigMap with the dashboards, a file each. */
export const dashboardsName = 'dashboards';

const off = { enabled: false } as const;

/** How often all is measured. */
const scrapeInterval = '60s';

/**
 * Values of the release, for k3s on small boards: its one process serves the metrics of the whole control plane at the
 * kubelet's port, so that the chart's other targets would be dead or store all of it again (k3s documentation,
 * "Metrics"); rules and dashboards are our own; nothing runs that only serves them.
 */
export function prometheusStackValues(model: Model, observability: Observability): PrometheusStackValues {
  const { resources, volume, receiversSecretName } = observability;
  const mebibytes = (bytes: number) => Math.floor(bytes / 2 ** 20);
  return {
    fullnameOverride: stackName,
    cleanPrometheusOperatorObjectNames: true,
    defaultRules: { create: false },
    kubeApiServer: off,
    kubeControllerManager: off,
    kubeScheduler: off,
    kubeProxy: off,
    kubeEtcd: off,
    coreDns: off,
    kubeDns: off,
    kubelet: {
      enabled: true,
      serviceMonitor: {
        probes: false,
        cAdvisor: true,
        cAdvisorInterval: scrapeInterval,
        relabelings: kubeletLabels,
        metricRelabelings: [keepOnly([...metrics.kubelet, ...metrics.k3s])],
        cAdvisorRelabelings: kubeletLabels,
        cAdvisorMetricRelabelings: [
          keepOnly(metrics.cadvisor),
          // Not of whole slices of the system, which are the sum of the others. The network is that of a pod, and has
          // no container (pkg/kubelet/server/server.go, containerPrometheusLabelsFunc): of the share servers only.
          {
            sourceLabels: ['__name__', 'container', 'namespace'],
            regex: `[^;]+;[^;]+;.*|container_network_[^;]+;;${model.dnas.namespace}`,
            action: 'keep',
          },
        ],
      },
    },
    prometheusOperator: {
      resources: containerResources(resources.operator),
      admissionWebhooks: off,
      tls: off,
      serviceMonitor: { selfMonitor: false },
      kubeletEndpointsEnabled: false,
      kubeletEndpointSliceEnabled: true,
      prometheusConfigReloader: { resources: containerResources(resources.configReloader) },
    },
    prometheus: {
      prometheusSpec: {
        scrapeInterval,
        evaluationInterval: scrapeInterval,
        retention: `${observability.retentionDays}d`,
        // The rest is for what is not yet cut into blocks, and for the file system itself.
        retentionSize: `${mebibytes(volume.bytes * 0.8)}MiB`,
        ruleSelectorNilUsesHelmValues: false,
        serviceMonitorSelectorNilUsesHelmValues: false,
        podMonitorSelectorNilUsesHelmValues: false,
        probeSelectorNilUsesHelmValues: false,
        scrapeConfigSelectorNilUsesHelmValues: false,
        serviceDiscoveryRole: 'EndpointSlice',
        resources: containerResources(resources.prometheus),
        storageSpec: {
          volumeClaimTemplate: {
            metadata: { labels: volume.labels },
            spec: {
              // That of the cluster (charts/claim.ts): another one would make the operator exchange the StatefulSet.
              accessModes: ['ReadWriteOnce'],
              resources: { requests: { storage: `${mebibytes(volume.bytes)}Mi` } },
            },
          },
        },
      },
    },
    // Without a volume, also on a single board: what was silenced is forgotten when all its pods end at once, and an alert is
    // told again. With one, it would not start when volumes cannot be had, which it must tell.
    alertmanager: {
      config: alertmanagerConfig(observability),
      templateFiles: { 'home.tmpl': messages },
      serviceMonitor: { relabelings: [boardOfPod] },
      alertmanagerSpec: {
        replicas: observability.alertmanagers,
        // Two on one board would end with it: nobody makes the pods of a StatefulSet anew while their board is away.
        podAntiAffinity: 'hard',
        automountServiceAccountToken: false,
        secrets: receiversSecretName === null ? [] : [receiversSecretName],
        resources: containerResources(resources.alertmanager),
      },
    },
    grafana: grafanaValues(observability),
    'kube-state-metrics': {
      fullnameOverride: 'kube-state-metrics',
      resources: containerResources(resources.kubeStateMetrics),
      // Neither Secrets nor ConfigMaps: it may read these only.
      collectors: ['cronjobs', 'daemonsets', 'deployments', 'nodes', 'pods'],
      rbac: { extraRules: fluxStateRules },
      customResourceState: {
        enabled: true,
        config: { kind: 'CustomResourceStateMetrics', spec: { resources: fluxState } },
      },
      prometheus: {
        monitor: {
          http: {
            relabelings: [boardOfPod],
            // What it tells is about the board of a node or a pod, or about none.
            metricRelabelings: [{ sourceLabels: ['node'], targetLabel: 'board' }],
          },
        },
      },
    },
    'prometheus-node-exporter': {
      fullnameOverride: 'node-exporter',
      resources: containerResources(resources.nodeExporter),
      // With a network of its own, Prometheus alone reaches it, and the whole home would else, without a password.
      hostNetwork: false,
      hostPID: false,
      containerSecurityContext: {
        readOnlyRootFilesystem: true,
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
      },
      updateStrategy: allAtOnce,
      extraArgs: nodeExporterArgs,
      extraHostVolumeMounts: [
        {
          name: 'textfile',
          hostPath: model.metrics.folder,
          // Prometheus may be there before the board's role.
          type: 'DirectoryOrCreate',
          mountPath: textfileFolder,
          readOnly: true,
        },
      ],
      prometheus: { monitor: { relabelings: [boardOfPod] } },
    },
  };
}

/** What of a pod is about its board: with the board away, none of it is told beside (alertmanager.ts, inhibit_rules). */
export const boardOfPod = { sourceLabels: ['__meta_kubernetes_pod_node_name'], targetLabel: 'board' } as const;

/** Of the board that the kubelet runs on; the operator wrote it to the label `node`. */
const kubeletLabels: readonly Relabeling[] = [
  { sourceLabels: ['__metrics_path__'], targetLabel: 'metrics_path' },
  { sourceLabels: ['node'], targetLabel: 'board' },
];

function keepOnly(names: readonly string[]): Relabeling {
  return { sourceLabels: ['__name__'], regex: names.join('|'), action: 'keep' };
}

const textfileFolder = '/host/textfile';

/** What lives in memory, on the network or in a container is no file system of the board. */
const nodeExporterArgs: readonly string[] = [
  `--collector.textfile.directory=${textfileFolder}`,
  '--collector.filesystem.mount-points-exclude=^/(dev|proc|sys|run|var/lib/kubelet)($|/)',
  '--collector.filesystem.fs-types-include=^(ext4|xfs|btrfs|vfat)$',
  // Of its own network, which is not that of the board.
  ...['arp', 'netclass', 'netdev', 'netstat', 'sockstat', 'softnet', 'udp_queues'].map(
    (collector) => `--no-collector.${collector}`,
  ),
];

/** Where the files of the dashboards are mounted, for the provider of that name. */
const dashboardsProvider = 'home';
const dashboardsFolder = `/var/lib/grafana/dashboards/${dashboardsProvider}`;

/** Everything comes from the config: what people change in Grafana itself is gone when it starts again. */
function grafanaValues({ grafana, resources }: Observability): GrafanaValues {
  const source = (name: string, type: string, url: string) => ({
    name,
    type,
    uid: type,
    url,
    access: 'proxy',
    editable: false,
  });
  return {
    fullnameOverride: grafanaName,
    defaultDashboardsEnabled: false,
    admin: { existingSecret: grafana.secretName, passwordKey: grafana.secretKey },
    env: { GF_SECURITY_ADMIN_USER: grafana.adminUser },
    resources: containerResources(resources.grafana),
    priorityClassName: priorities.low.className,
    persistence: off,
    testFramework: off,
    serviceMonitor: off,
    service: off,
    rbac: { create: false },
    automountServiceAccountToken: false,
    sidecar: { dashboards: off, datasources: off },
    'grafana.ini': {
      server: { domain: grafana.host, root_url: `https://${grafana.host}/` },
      analytics: {
        reporting_enabled: false,
        check_for_updates: false,
        check_for_plugin_updates: false,
      },
      // It would fetch plugins from the internet at each start.
      plugins: { preinstall_disabled: true },
      news: { news_feed_enabled: false },
      security: { cookie_secure: true },
      snapshots: { external_enabled: false },
      users: { allow_sign_up: false },
      dashboards: { default_home_dashboard_path: `${dashboardsFolder}/home.json` },
    },
    datasources: {
      'datasources.yaml': {
        apiVersion: 1,
        datasources: [
          {
            ...source('Prometheus', 'prometheus', 'http://prometheus-operated:9090'),
            isDefault: true,
            // $__rate_interval is four of these at the least: with the 15 s of Grafana a range of a few hours would have one
            // sample, of which no rate is made (Grafana documentation, "Prometheus template variables").
            jsonData: { timeInterval: scrapeInterval },
          },
          {
            ...source('Alertmanager', 'alertmanager', 'http://alertmanager-operated:9093'),
            jsonData: { implementation: 'prometheus' },
          },
        ],
      },
    },
    dashboardProviders: {
      'dashboardproviders.yaml': {
        apiVersion: 1,
        providers: [
          {
            name: dashboardsProvider,
            type: 'file',
            disableDeletion: true,
            allowUiUpdates: false,
            options: { path: dashboardsFolder },
          },
        ],
      },
    },
    dashboardsConfigMaps: { [dashboardsProvider]: dashboardsName },
  };
}
