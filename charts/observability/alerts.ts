import type { Model } from '../../model/model.ts';
import { boardAlerts, diskAlerts, virtualIpAlerts } from './board-alerts.ts';
import { backupAlerts, longhornAlerts } from './longhorn-alerts.ts';
import { nextcloudAlerts } from './nextcloud-alerts.ts';
import { syncAlerts } from './sync-alerts.ts';
import { vdirAlerts } from './vdir-alerts.ts';

/** An alert about the home: what is wrong, and what a person does about it. */
export interface Alert {
  readonly name: string;
  /** `critical`: data or the home are in danger now. `warning`: within days. `none`: for the outside watcher. */
  readonly severity: 'critical' | 'warning' | 'none';
  /** Each result of the query is one alert. */
  readonly query: string;
  /** How long it holds before somebody is told. */
  readonly after: string;
  /** How long it goes on when it comes and goes. @default it ends at once */
  readonly keep?: string;
  /** In one line. `{{ $labels.board }}` is the board. */
  readonly summary: string;
  /** What to do, in two lines. */
  readonly todo: readonly [string, string];
}

export interface AlertGroup {
  readonly name: string;
  /** What is worked out before, by the name of the metric: the query of each series, with its labels. */
  readonly records?: readonly {
    readonly name: string;
    readonly query: string;
    readonly labels: Readonly<Record<string, string>>;
  }[];
  readonly alerts: readonly Alert[];
}

/** The alerts of a home: only about what it has, and each board by name, so that one that was never seen is missed. */
export function alertGroups(model: Model): AlertGroup[] {
  const { observability, longhorn, withoutBackup, boards } = model;
  const syncing = boards.filter(({ syncthing }) => syncthing !== null).map(({ name }) => name);
  const withVdirs = boards.filter(({ vdirs }) => vdirs.length > 0).map(({ name }) => name);
  return [
    boardAlerts(boards.map(({ name }) => name)),
    diskAlerts,
    virtualIpAlerts,
    ...(boards.some(({ dnas }) => dnas !== null) ? [shareAlerts(model.dnas.namespace)] : []),
    ...(syncing.length > 0 ? [syncAlerts(syncing)] : []),
    ...(withVdirs.length > 0 ? [vdirAlerts(withVdirs)] : []),
    ...(model.nextcloud === null ? [] : [nextcloudAlerts(model.nextcloud)]),
    certificateAlerts(model.certificates !== null),
    fluxAlerts,
    workloadAlerts,
    ...(observability?.longhornNamespace ? [longhornAlerts] : []),
    ...(observability?.longhornNamespace && longhorn?.backup ? [backupAlerts(longhorn.backup, withoutBackup)] : []),
    watchAlerts,
  ];
}

const shareAlerts = (namespace: string): AlertGroup => ({
  name: 'shares',
  alerts: [
    {
      name: 'ShareNotServed',
      severity: 'critical',
      // What serves a board is named after it (charts/dnas/instance.ts).
      query: [
        `label_replace(kube_deployment_status_replicas_available{namespace="${namespace}"},`,
        '"board", "$1", "deployment", "dnas-(.+)") == 0',
      ].join(' '),
      after: '5m',
      summary: 'The shares of {{ $labels.board }} are not served.',
      todo: [
        'Most often a disk is not mounted: sudo systemctl --failed on the board, then look at its cable and power.',
        `If the disks are there: kubectl -n ${namespace} describe deployment {{ $labels.deployment }} says why.`,
      ],
    },
    {
      name: 'ShareServerSilent',
      severity: 'critical',
      query: 'homecloud_share_server_answers == 0',
      after: '12m',
      summary: 'Nothing answers at {{ $labels.board }} when a computer asks for shares by {{ $labels.protocol }}.',
      todo: [
        'If a disk of the board is away, plug it in: the server comes back with it.',
        `Else: kubectl -n ${namespace} get pods shows whether it runs. If it does, the playbook site mends the port of the board.`,
      ],
    },
  ],
});

const certificateAlerts = (areManaged: boolean): AlertGroup => ({
  name: 'certificates',
  alerts: [
    ...(areManaged ? [certificateNotReady] : []),
    {
      name: 'CertificateEnding',
      severity: 'warning',
      // Once, however many boards serve it.
      query: '(min by (cn, sans) (traefik_tls_certs_not_after{cn!="TRAEFIK DEFAULT CERT"}) - time()) / 86400 < 14',
      after: '1h',
      summary: 'The certificate of {{ $labels.cn }}{{ $labels.sans }} ends in {{ printf "%.0f" $value }} days.',
      todo: [
        'It should have been renewed two weeks ago: kubectl get certificates,orders,challenges --all-namespaces says why not.',
        'When it ends, browsers warn and the apps of phones refuse to connect.',
      ],
    },
    {
      name: 'ClusterCertificateEnding',
      severity: 'warning',
      query: 'k3s_certificate_expiration_seconds / 86400 < 30',
      after: '1h',
      summary:
        'A certificate of k3s on {{ $labels.board }} ends in {{ printf "%.0f" $value }} days: {{ $labels.subject }}.',
      todo: [
        'Restart k3s on the board, which renews it: sudo systemctl restart k3s, or k3s-agent. One board after the other.',
        'When it ends, the board falls out of the cluster.',
      ],
    },
  ],
});

const certificateNotReady: Alert = {
  name: 'CertificateNotReady',
  severity: 'warning',
  query: 'max by (name, exported_namespace) (certmanager_certificate_ready_status{condition="True"}) == 0',
  after: '2h',
  summary: 'The certificate {{ $labels.name }} cannot be had, or not anew.',
  todo: [
    'kubectl get certificates,orders,challenges --all-namespaces, and the same with describe, say what the authority wants.',
    'Most often the credential of the domain is wrong, or the record of the domain does not lead home.',
  ],
};

const fluxAlerts: AlertGroup = {
  name: 'flux',
  alerts: [
    {
      name: 'FluxFailing',
      severity: 'warning',
      // Not only "False": a check that is tried again and again is "Unknown" in between.
      // What is on a board that is away, or whose disks are, is never ready, and no commit mends that.
      query: [
        'label_replace(max by (customresource_kind, exported_namespace, name)',
        '(gotk_resource_info{ready!="True",suspended!="true"}) == 1, "board", "$1", "name", "apps-dnas-(.+)")',
      ].join(' '),
      after: '30m',
      summary:
        'Flux cannot bring {{ $labels.customresource_kind }} {{ $labels.exported_namespace }}/{{ $labels.name }} to what Git says.',
      todo: [
        'kubectl -n {{ $labels.exported_namespace }} describe {{ $labels.customresource_kind }} {{ $labels.name }} says why.',
        'If the last commit did it: git revert it and push. What ran before goes on running.',
      ],
    },
    {
      name: 'FluxUnseen',
      severity: 'warning',
      query: 'absent(gotk_resource_info{customresource_kind="Kustomization"})',
      after: '30m',
      summary: 'Nothing is known of Flux: it may not follow Git any more.',
      todo: [
        'kubectl -n flux-system get pods shows whether it runs, and the same for namespace observability what measures it.',
        'The playbook site starts Flux again where it is gone.',
      ],
    },
  ],
};

const workloadAlerts: AlertGroup = {
  name: 'workloads',
  alerts: [
    {
      name: 'PodNotReady',
      severity: 'warning',
      query: [
        '((kube_pod_status_phase{phase=~"Pending|Running|Unknown"} == 1',
        'and on (namespace, pod) kube_pod_status_ready{condition="true"} == 0)',
        'or on (namespace, pod) max by (namespace, pod)',
        '(kube_pod_container_status_waiting_reason{reason=~"CrashLoopBackOff|ImagePullBackOff|ErrImagePull"} == 1))',
        // Its board, if it has one.
        '* on (namespace, pod) group_left (board) max by (namespace, pod, board) (kube_pod_info)',
      ].join(' '),
      after: '30m',
      keep: '10m',
      summary: '{{ $labels.namespace }}/{{ $labels.pod }} does not run.',
      todo: [
        'kubectl -n {{ $labels.namespace }} describe pod {{ $labels.pod }} says why; its last words: the same with logs --previous.',
        'Pending means that no board has room for it, or that the one that it is bound to is away.',
      ],
    },
    {
      name: 'NotOnEachBoard',
      severity: 'warning',
      query: [
        'kube_daemonset_status_desired_number_scheduled - kube_daemonset_status_updated_number_scheduled',
        '> on () group_left () (count(kube_node_status_condition{condition="Ready",status="true"} == 0) or vector(0))',
      ].join(' '),
      after: '30m',
      summary: 'Boards that are there run an old version of {{ $labels.namespace }}/{{ $labels.daemonset }}.',
      todo: [
        'A board that is away may hold the others up: bring it back.',
        'Else kubectl -n {{ $labels.namespace }} get pods --output=wide, and delete its pods one by one: the new version comes in their place.',
      ],
    },
    {
      name: 'OutOfMemory',
      severity: 'warning',
      query: [
        'increase(kube_pod_container_status_restarts_total[30m]) > 0',
        'and on (namespace, pod, container) kube_pod_container_status_last_terminated_reason{reason="OOMKilled"} == 1',
      ].join(' '),
      after: '0s',
      keep: '30m',
      summary:
        '{{ $labels.namespace }}/{{ $labels.pod }} ({{ $labels.container }}) was killed: it needed more memory than it may have.',
      todo: [
        'Once after a large upload or an update is harmless.',
        'If it comes back, give it more: the values or resources of its capability in homecloud.config.ts.',
      ],
    },
    {
      name: 'VolumeFilling',
      severity: 'warning',
      query: 'kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes < 0.1',
      after: '30m',
      summary:
        'The volume {{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }} has {{ $value | humanizePercentage }} free.',
      todo: [
        // The operator leaves the claim of a StatefulSet as it is, and Prometheus keeps what the new size has room for.
        'Write a larger size for it in homecloud.config.ts, and push: one of Longhorn grows while it is used, one of local-path never does.',
        'That of Prometheus no push makes larger; first: kubectl -n {{ $labels.namespace }} edit pvc {{ $labels.persistentvolumeclaim }}.',
      ],
    },
  ],
};

const watchAlerts: AlertGroup = {
  name: 'watch',
  alerts: [
    {
      name: 'Watchdog',
      severity: 'none',
      query: 'vector(1)',
      after: '0s',
      summary: 'All is well as long as this alert is heard.',
      todo: ['Nothing: it goes to the outside watcher alone,', 'which tells you when it hears it no more.'],
    },
    {
      name: 'TargetDown',
      severity: 'warning',
      query: 'up == 0',
      after: '20m',
      summary: '{{ $labels.job }} ({{ $labels.instance }}) gives no measurements: alerts about it are blind.',
      todo: [
        'kubectl -n {{ $labels.namespace }} get pods shows whether it runs.',
        'If it does, a network policy or a firewall is in the way.',
      ],
    },
    {
      name: 'AlertsNotSent',
      severity: 'warning',
      // The watcher is called each minute: an internet that is away for a quarter of an hour is no news when it is back.
      query: 'sum by (integration) (increase(alertmanager_notifications_failed_total[15m])) > 0',
      after: '30m',
      summary: 'Alerts could not be sent by {{ $labels.integration }}.',
      todo: [
        'kubectl -n observability logs -l app.kubernetes.io/name=alertmanager -c alertmanager says why: a password, an address.',
        'Mend the secret with npx homecloud secrets add, push, and send a test alert (README, What watches the home).',
      ],
    },
    {
      name: 'RulesFailing',
      severity: 'warning',
      query: [
        'increase(prometheus_rule_evaluation_failures_total[15m]) > 0',
        'or prometheus_config_last_reload_successful == 0',
        'or alertmanager_config_last_reload_successful == 0',
      ].join(' '),
      after: '15m',
      summary: 'Prometheus or Alertmanager cannot use its rules or its configuration: alerts may be missing.',
      todo: [
        'kubectl -n observability logs prometheus-home-0 -c prometheus (or alertmanager-home-0 -c alertmanager) says which.',
        'A rule or value of your own is the likely reason: git revert it and push.',
      ],
    },
  ],
};
