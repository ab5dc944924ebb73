import type { Claim, LonghornBackup, Model } from '../../model/model.ts';
import { syncAlerts } from './sync-alerts.ts';

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

/** File systems that keep what is written: not those of memory, of containers or of the network. */
const kept = 'fstype=~"ext4|xfs|btrfs|vfat",mountpoint!~"/boot.*"';

/** The alerts of a home: only about what it has, and each board by name, so that one that was never seen is missed. */
export function alertGroups(model: Model): AlertGroup[] {
  const { observability, longhorn, withoutBackup, boards } = model;
  return [
    boardAlerts(boards.map(({ name }) => name)),
    diskAlerts,
    virtualIpAlerts,
    ...(boards.some(({ dnas }) => dnas !== null) ? [shareAlerts(model.dnas.namespace)] : []),
    ...(boards.some(({ syncthing }) => syncthing !== null) ? [syncAlerts] : []),
    certificateAlerts(model.certificates !== null),
    fluxAlerts,
    workloadAlerts,
    ...(observability?.longhornNamespace ? [longhornAlerts] : []),
    ...(observability?.longhornNamespace && longhorn?.backup ? [backupAlerts(longhorn.backup, withoutBackup)] : []),
    watchAlerts,
  ];
}

const boardAlerts = (boards: readonly string[]): AlertGroup => ({
  name: 'boards',
  records: boards.map((board) => ({ name: 'home:board', query: 'vector(1)', labels: { board } })),
  alerts: [
    {
      name: 'BoardDown',
      severity: 'critical',
      query: 'home:board unless on (board) (up{job=~"node-exporter|kubelet"} == 1)',
      after: '5m',
      summary: '{{ $labels.board }} does not answer.',
      todo: [
        'Look at its power supply and its network cable; press its button or unplug it for ten seconds.',
        'If it does not come back within ten minutes: playbook verify says what is wrong, board_replace makes it anew.',
      ],
    },
    {
      name: 'BoardNotReady',
      severity: 'warning',
      query: 'kube_node_status_condition{condition="Ready",status="true"} == 0',
      after: '10m',
      summary: 'Kubernetes does not use {{ $labels.board }}.',
      todo: [
        'On the board: sudo systemctl status k3s k3s-agent, and sudo journalctl -u k3s -u k3s-agent -n 50.',
        'Most often a full disk or a wrong clock is the reason; then sudo systemctl restart k3s, or k3s-agent.',
      ],
    },
    {
      name: 'BoardHot',
      severity: 'warning',
      // A Raspberry Pi slows down from 80 degrees on (its documentation, "Frequency management").
      query: 'homecloud_board_temperature_celsius > 78',
      after: '10m',
      summary: '{{ $labels.board }} has {{ printf "%.0f" $value }} °C: it slows itself down at 80.',
      todo: [
        'Give it air: dust off the fan and the vents, and take it out of the closed cupboard or the sun.',
        'If it stays hot, it needs a cooler with a fan; what makes it work hard shows the dashboard Boards.',
      ],
    },
    {
      name: 'BoardUndervoltage',
      severity: 'warning',
      query: [
        'homecloud_board_throttled{reason="under_voltage",since="now"} == 1',
        'or (homecloud_board_throttled{reason="under_voltage",since="start"} == 1',
        'unless homecloud_board_throttled{reason="under_voltage",since="start"} offset 1h == 1)',
      ].join(' '),
      after: '0s',
      keep: '1h',
      summary: '{{ $labels.board }} gets too little power.',
      todo: [
        'Use the power supply made for the board (27 W for a Raspberry Pi 5), with its own short cable.',
        'Give disks a powered hub: a disk that loses power while it writes loses data.',
      ],
    },
    {
      name: 'ClockWrong',
      severity: 'warning',
      query: ['node_timex_sync_status == 0', 'or abs(timestamp(node_time_seconds) - node_time_seconds) > 10'].join(' '),
      after: '30m',
      summary: 'The clock of {{ $labels.board }} is not set.',
      todo: [
        'On the board: timedatectl timesync-status, or chronyc tracking; it needs the internet, or a time server at home.',
        'A wrong clock stops certificates and the database: mend it before you restart anything.',
      ],
    },
    {
      name: 'MemoryPressure',
      severity: 'warning',
      query: [
        'node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes < 0.07',
        'or kube_node_status_condition{condition="MemoryPressure",status="true"} == 1',
      ].join(' '),
      after: '10m',
      summary: '{{ $labels.board }} has nearly no memory left.',
      todo: [
        'The dashboard Boards shows who uses it; restart what grew, or turn off what you do not need.',
        'If it comes back, move a capability away or get a board with more memory: npx homecloud report shows the sums.',
      ],
    },
    {
      name: 'BoardMeasurementsOld',
      severity: 'warning',
      query: [
        'time() - node_textfile_mtime_seconds{file=~".*/homecloud.prom"} > 1800',
        'or node_textfile_scrape_error == 1',
      ].join(' '),
      after: '10m',
      summary: '{{ $labels.board }} does not tell about its disks and its power any more.',
      todo: [
        'On the board: sudo systemctl status homecloud-metrics.timer, and sudo journalctl -u homecloud-metrics -n 20.',
        'A disk that hangs is the likely reason: look for errors with sudo dmesg --level=err.',
      ],
    },
  ],
});

const diskAlerts: AlertGroup = {
  name: 'disks',
  alerts: [
    {
      name: 'DiskLost',
      severity: 'critical',
      query: 'homecloud_disk_present == 0',
      after: '2m',
      summary: 'The disk {{ $labels.disk }} of {{ $labels.board }} is not there.',
      todo: [
        'Look at its cable and its power, then plug it in again: it is mounted and served by itself.',
        'If it does not come back, do not format anything. If it is dead, replace it and run the playbook site.',
      ],
    },
    {
      name: 'DiskFull',
      severity: 'critical',
      query: `node_filesystem_avail_bytes{${kept}} / node_filesystem_size_bytes{${kept}} < 0.05`,
      after: '10m',
      summary: '{{ $labels.mountpoint }} of {{ $labels.board }} has only {{ $value | humanizePercentage }} free.',
      todo: [
        'Delete or move what is large: sudo du -xh --max-depth=2 {{ $labels.mountpoint }} | sort -h on the board shows it.',
        'A full system disk stops the database, a full Longhorn disk the volumes: make room today.',
      ],
    },
    {
      name: 'DiskFilling',
      severity: 'warning',
      query: [
        `node_filesystem_avail_bytes{${kept}} / node_filesystem_size_bytes{${kept}} < 0.15`,
        `or (predict_linear(node_filesystem_avail_bytes{${kept}}[6h], 2 * 86400) < 0`,
        `and node_filesystem_avail_bytes{${kept}} / node_filesystem_size_bytes{${kept}} < 0.4)`,
      ].join(' '),
      after: '1h',
      summary: '{{ $labels.mountpoint }} of {{ $labels.board }} is nearly full, or will be within two days.',
      todo: [
        'See on the dashboard Disks what grows; empty bins and old versions, or move a share to another disk.',
        'For a larger disk: add it, run site, copy the share to it (sudo cp -a), write its place in shares[].on for the old one, and run site again.',
      ],
    },
    {
      name: 'FileSystemReadOnly',
      severity: 'critical',
      query: `node_filesystem_readonly{${kept}} == 1`,
      after: '2m',
      summary: '{{ $labels.mountpoint }} of {{ $labels.board }} cannot be written any more.',
      todo: [
        'The kernel found an error on the disk: sudo dmesg --level=err on the board tells which. Save what is not elsewhere.',
        'Then restart the board, which repairs the file system; if it happens again, replace the disk or the card.',
      ],
    },
    {
      name: 'DiskFailing',
      severity: 'critical',
      query: [
        'homecloud_disk_smart_passed == 0',
        // Sectors that cannot be read: 197 wait to be replaced, 198 could not be.
        'or homecloud_disk_smart_attribute_raw{id=~"197|198"} > 0',
        'or homecloud_emmc_reserve_state >= 3',
      ].join(' '),
      after: '10m',
      summary:
        'The disk {{ $labels.device }} {{ $labels.model }} {{ $labels.serial }} of {{ $labels.board }} is failing.',
      todo: [
        'Copy what stands on this disk alone to another one today, and order a new disk.',
        'Then write the new device into the config and run the playbook site: it formats the new disk only.',
      ],
    },
    {
      name: 'DiskWorsening',
      severity: 'warning',
      query: [
        // 5, 196: sectors that were replaced; 184: errors on the way to the cache; 187: reads that failed.
        'delta(homecloud_disk_smart_attribute_raw{id=~"5|184|187|196"}[1d]) > 0',
        'or delta(homecloud_disk_media_errors[1d]) > 0',
      ].join(' '),
      after: '0s',
      keep: '1d',
      summary:
        'The disk {{ $labels.device }} {{ $labels.model }} {{ $labels.serial }} of {{ $labels.board }} has new errors.',
      todo: [
        'Once may be chance. See that what is on it is also elsewhere, and start a test: sudo smartctl -t long {{ $labels.device }}.',
        'If the number grows again within a month, replace the disk.',
      ],
    },
    {
      name: 'DiskCableBad',
      severity: 'warning',
      query: 'delta(homecloud_disk_smart_attribute_raw{id="199"}[1d]) > 0',
      after: '0s',
      keep: '1d',
      summary:
        'Data is damaged on the way to the disk {{ $labels.device }} {{ $labels.model }} of {{ $labels.board }}, and sent again.',
      todo: [
        'The disk is well, its cable or adapter is not: exchange the cable for a short one, and use another port.',
        'If it goes on, exchange the adapter or the enclosure.',
      ],
    },
    {
      name: 'DiskWornOut',
      severity: 'warning',
      query: [
        'homecloud_disk_wear_ratio > 0.9',
        'or homecloud_emmc_wear_ratio >= 0.9',
        'or homecloud_emmc_reserve_state == 2',
      ].join(' '),
      after: '1h',
      summary: 'The solid state disk {{ $labels.device }} of {{ $labels.board }} has used up its life.',
      todo: [
        'It may go on for months or end tomorrow: order a new one, of a kind made for many writes.',
        'Replace it when you like, before it does it for you.',
      ],
    },
    {
      name: 'DiskHot',
      severity: 'warning',
      query: [
        'homecloud_disk_temperature_celsius{device=~"/dev/sd.*"} > 60',
        'or homecloud_disk_temperature_celsius{device=~"/dev/nvme.*"} > 75',
      ].join(' '),
      after: '20m',
      summary: 'The disk {{ $labels.device }} of {{ $labels.board }} has {{ $value }} °C.',
      todo: [
        'Give it air, and take disks out of the stack that they lie in.',
        'Heat shortens the life of a disk more than work does.',
      ],
    },
  ],
};

const virtualIpAlerts: AlertGroup = {
  name: 'virtual-ip',
  alerts: [
    {
      name: 'VirtualIpAbsent',
      severity: 'critical',
      query: 'sum(homecloud_virtual_ip_owner) == 0 or absent(homecloud_virtual_ip_owner)',
      after: '3m',
      summary: 'No board has the virtual IP: nothing of the home is reached by its name.',
      todo: [
        'On a server: sudo systemctl status keepalived, and sudo journalctl -u keepalived -n 30.',
        'A board gives it up while its API server or its ingress does not answer: mend that first.',
      ],
    },
    {
      name: 'VirtualIpTwice',
      severity: 'critical',
      query: 'sum(homecloud_virtual_ip_owner) > 1',
      after: '5m',
      summary: '{{ $value }} boards have the virtual IP at once: devices reach now one, now the other.',
      todo: [
        'The servers do not hear each other: look at their network cables and at the switch between them.',
        'Until then, sudo systemctl stop keepalived on all but one.',
      ],
    },
    {
      name: 'VirtualIpFlapping',
      severity: 'warning',
      query: 'sum(increase(homecloud_virtual_ip_taken_total[1h])) > 3.5',
      after: '0s',
      keep: '30m',
      summary: 'The virtual IP changed its board {{ printf "%.0f" $value }} times within an hour.',
      todo: [
        'Each change cuts all connections. sudo journalctl -u keepalived on the servers says what fails.',
        'Most often a board is overloaded or its network cable is bad: the dashboard Boards shows which.',
      ],
    },
  ],
};

const shareAlerts = (namespace: string): AlertGroup => ({
  name: 'shares',
  alerts: [
    {
      name: 'ShareNotServed',
      severity: 'critical',
      query: `kube_deployment_status_replicas_available{namespace="${namespace}"} == 0`,
      after: '5m',
      summary: 'The shares of {{ $labels.deployment }} are not served.',
      todo: [
        'Most often a disk is not mounted: sudo systemctl --failed on the board, then look at its cable and power.',
        `If the disks are there: kubectl -n ${namespace} describe deployment {{ $labels.deployment }} says why.`,
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
      query: '(traefik_tls_certs_not_after{cn!="TRAEFIK DEFAULT CERT"} - time()) / 86400 < 14',
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
  query: 'certmanager_certificate_ready_status{condition="True"} == 0',
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
      query:
        'max by (customresource_kind, exported_namespace, name) (gotk_resource_info{ready!="True",suspended!="true"}) == 1',
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
        '(kube_pod_status_phase{phase=~"Pending|Running|Unknown"} == 1',
        'and on (namespace, pod) kube_pod_status_ready{condition="true"} == 0)',
        'or on (namespace, pod) max by (namespace, pod)',
        '(kube_pod_container_status_waiting_reason{reason=~"CrashLoopBackOff|ImagePullBackOff|ErrImagePull"} == 1)',
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

const longhornAlerts: AlertGroup = {
  name: 'longhorn',
  alerts: [
    {
      name: 'LonghornVolumeDegraded',
      severity: 'warning',
      // One series per state where there is the label; before, the number of the state.
      query: 'longhorn_volume_robustness{state="degraded"} == 1 or longhorn_volume_robustness{state=""} == 2',
      after: '30m',
      summary: 'The volume {{ $labels.volume }} {{ $labels.pvc }} has a copy less than it should.',
      todo: [
        'If a board or its disk is away, bring it back: the copy is made anew by itself.',
        'If all are there, the page of Longhorn says why: most often a disk has no room for another copy.',
      ],
    },
    {
      name: 'LonghornVolumeFaulted',
      severity: 'critical',
      query: 'longhorn_volume_robustness{state="faulted"} == 1 or longhorn_volume_robustness{state=""} == 3',
      after: '2m',
      summary: 'The volume {{ $labels.volume }} {{ $labels.pvc }} has no copy that works: what uses it stands still.',
      todo: [
        'Bring the boards and disks back that hold its copies, and delete nothing.',
        'If they are lost, restore the volume from its backup on the page of Longhorn.',
      ],
    },
    {
      name: 'LonghornDiskFilling',
      severity: 'warning',
      query: 'longhorn_disk_usage_bytes / longhorn_disk_capacity_bytes > 0.8',
      after: '30m',
      summary: 'The Longhorn disk of {{ $labels.node }} is {{ $value | humanizePercentage }} full.',
      todo: [
        'Delete snapshots and volumes that nobody needs on the page of Longhorn.',
        'Near the end Longhorn makes no new copies: a larger disk, or fewer copies.',
      ],
    },
  ],
};

/** A volume that no board uses does not change: its backups are as new as it is. */
const inUse = 'and on (volume) longhorn_volume_state{state="attached"} == 1';

/**
 * When each volume that is to have backups had its last, or 0. Whichever board's manager tells it: the one that looks
 * after the volume changes.
 */
export const lastBackup =
  '(max by (volume, pvc, pvc_namespace) (longhorn_volume_last_backup_at) unless on (pvc_namespace, pvc) home:no_backup)';

const backupAlerts = ({ lateHours }: LonghornBackup, withoutBackup: readonly Claim[]): AlertGroup => ({
  name: 'backup',
  records: withoutBackup.map(({ namespace, name }) => ({
    name: 'home:no_backup',
    query: 'vector(1)',
    labels: { pvc_namespace: namespace, pvc: name },
  })),
  alerts: [
    {
      name: 'BackupLate',
      severity: 'critical',
      query: `(time() - (${lastBackup} > 0)) / 3600 > ${lateHours} ${inUse}`,
      after: '1h',
      summary:
        'The last backup of the volume {{ $labels.pvc_namespace }}/{{ $labels.pvc }} is {{ printf "%.0f" $value }} hours old.',
      todo: [
        'The page of Longhorn says why, under Backup and Recurring Job: most often the target cannot be reached, or is full.',
        'If its credential is refused: npx homecloud secrets list names it, add takes a new one; then push.',
      ],
    },
    {
      name: 'BackupMissing',
      severity: 'critical',
      query: `${lastBackup} == 0 ${inUse}`,
      after: `${lateHours}h`,
      summary: 'The volume {{ $labels.pvc_namespace }}/{{ $labels.pvc }} has never had a backup.',
      todo: [
        'The page of Longhorn says why, under Backup Targets: most often the target was never reached.',
        'Make one there by hand, and look whether it comes to its end.',
      ],
    },
  ],
});

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
      query: 'sum by (integration) (increase(alertmanager_notifications_failed_total[1h])) > 0',
      after: '10m',
      summary: 'Alerts could not be sent by {{ $labels.integration }}.',
      todo: [
        'kubectl -n observability logs -l app.kubernetes.io/name=alertmanager -c alertmanager says why: a password, an address.',
        'Mend the secret with npx homecloud secrets add, push, and send a test alert (README, Alerts).',
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
