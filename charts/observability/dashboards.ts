import type { LonghornBackup } from '../../model/facts/longhorn.ts';
import type { Nextcloud } from '../../model/facts/nextcloud.ts';
import type { Model } from '../../model/model.ts';
import { lastBackup } from './longhorn-alerts.ts';
import { type Dashboard, type Panel, stat, table, timeSeries } from './panels.ts';

/** The dashboards of a home, by the name of their file: only about what it has. */
export function dashboards(model: Model): Readonly<Record<string, Dashboard>> {
  const { observability, longhorn, boards } = model;
  const hasShares = boards.some(({ dnas }) => dnas !== null);
  return {
    home: { title: 'Home', panels: homePanels(model) },
    boards: { title: 'Boards', panels: boardPanels },
    disks: { title: 'Disks', panels: diskPanels },
    ...(hasShares && { shares: { title: 'Shares', panels: sharePanels(model.dnas.namespace) } }),
    ...(boards.some(({ syncthing }) => syncthing !== null) && { sync: { title: 'Sync', panels: syncPanels } }),
    ...(model.nextcloud !== null && { nextcloud: { title: 'Nextcloud', panels: nextcloudPanels(model.nextcloud) } }),
    cluster: { title: 'Cluster', panels: clusterPanels },
    ...(observability?.longhornNamespace && { longhorn: { title: 'Longhorn', panels: longhornPanels } }),
    ...(observability?.longhornNamespace &&
      longhorn?.backup && { backup: { title: 'Backup', panels: backupPanels(longhorn.backup) } }),
  };
}

/** All at a glance: green where nothing is to be done. */
function homePanels({ boards, dnas }: Model): Panel[] {
  const disks = boards.flatMap((board) => board.disks).length;
  const instances = boards.filter((board) => board.dnas !== null).length;
  return [
    stat('Alerts', 'count(ALERTS{alertstate="firing",severity=~"critical|warning"}) or vector(0)', { good: 0 }),
    stat(`Boards of ${boards.length}`, 'count(up{job="node-exporter"} == 1) or vector(0)', { good: boards.length }),
    ...(disks === 0 ? [] : [stat(`Disks of ${disks}`, 'sum(homecloud_disk_present) or vector(0)', { good: disks })]),
    stat('Owners of the virtual IP', 'sum(homecloud_virtual_ip_owner) or vector(0)', { good: 1 }),
    ...(instances === 0
      ? []
      : [
          stat(
            `Share servers of ${instances}`,
            `sum(kube_deployment_status_replicas_available{namespace="${dnas.namespace}"}) or vector(0)`,
            { good: instances },
          ),
        ]),
    stat('Objects of Flux that fail', 'count(gotk_resource_info{ready!="True",suspended!="true"}) or vector(0)', {
      good: 0,
    }),
    table('What is wrong', 'ALERTS{alertstate="firing",severity=~"critical|warning"}', [
      'alertname',
      'severity',
      'board',
      'disk',
      'device',
      'namespace',
      'pod',
      'name',
    ]),
    timeSeries('Who has the virtual IP', 'homecloud_virtual_ip_owner', { legend: '{{board}}', unit: 'short' }),
    timeSeries('Changes of the virtual IP in an hour', 'increase(homecloud_virtual_ip_taken_total[1h])', {
      legend: '{{board}}',
      unit: 'short',
    }),
    timeSeries(
      'Days until certificates end',
      [
        { query: '(traefik_tls_certs_not_after - time()) / 86400', legend: '{{cn}}{{sans}}' },
        { query: 'min by (board) (k3s_certificate_expiration_seconds) / 86400', legend: 'k3s, {{board}}' },
      ],
      { unit: 'd' },
    ),
    timeSeries('Requests by service', 'sum by (service) (rate(traefik_service_requests_total[$__rate_interval]))', {
      legend: '{{service}}',
      unit: 'reqps',
    }),
  ];
}

const boardPanels: readonly Panel[] = [
  timeSeries('Processor', '1 - avg by (board) (rate(node_cpu_seconds_total{mode="idle"}[$__rate_interval]))', {
    legend: '{{board}}',
    unit: 'percentunit',
  }),
  timeSeries('Memory in use', '1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes', {
    legend: '{{board}}',
    unit: 'percentunit',
  }),
  timeSeries('Temperature', 'homecloud_board_temperature_celsius', { legend: '{{board}}', unit: 'celsius' }),
  timeSeries('Too little power, or slowed down', 'homecloud_board_throttled{since="now"}', {
    legend: '{{board}}: {{reason}}',
    unit: 'short',
  }),
  timeSeries('Days since the start', '(time() - node_boot_time_seconds) / 86400', { legend: '{{board}}', unit: 'd' }),
  timeSeries('Clock is set', 'node_timex_sync_status', { legend: '{{board}}', unit: 'short' }),
  timeSeries(
    'Memory of the ten largest containers',
    'topk(10, sum by (board, namespace, pod, container) (container_memory_working_set_bytes))',
    { legend: '{{board}}: {{namespace}}/{{pod}} {{container}}', unit: 'bytes' },
  ),
  timeSeries(
    'Processors of the ten busiest containers',
    'topk(10, sum by (board, namespace, pod, container) (rate(container_cpu_usage_seconds_total[$__rate_interval])))',
    { legend: '{{board}}: {{namespace}}/{{pod}} {{container}}', unit: 'short' },
  ),
];

const diskPanels: readonly Panel[] = [
  table('Disks of the home', 'homecloud_disk_present', ['board', 'disk', 'mount_point', 'Value']),
  table('Health (SMART)', 'homecloud_disk_smart_passed or homecloud_disk_smart_available == 0', [
    'board',
    'device',
    'model',
    'serial',
    'Value',
  ]),
  timeSeries('In use', '1 - node_filesystem_avail_bytes / node_filesystem_size_bytes', {
    legend: '{{board}} {{mountpoint}}',
    unit: 'percentunit',
  }),
  timeSeries('Free', 'node_filesystem_avail_bytes', { legend: '{{board}} {{mountpoint}}', unit: 'bytes' }),
  timeSeries('Temperature', 'homecloud_disk_temperature_celsius', {
    legend: '{{board}} {{device}} {{model}}',
    unit: 'celsius',
  }),
  timeSeries(
    'Wear',
    [
      { query: 'homecloud_disk_wear_ratio', legend: '{{board}} {{device}}' },
      { query: 'homecloud_emmc_wear_ratio', legend: '{{board}} {{device}} {{area}}' },
    ],
    { unit: 'percentunit' },
  ),
  timeSeries(
    'Errors that disks have counted',
    [
      { query: 'homecloud_disk_smart_attribute_raw > 0', legend: '{{board}} {{device}} {{attribute}}' },
      { query: 'homecloud_disk_media_errors > 0', legend: '{{board}} {{device}}' },
    ],
    { unit: 'short' },
  ),
  timeSeries(
    'Read and written',
    [
      { query: 'rate(node_disk_read_bytes_total[$__rate_interval])', legend: '{{board}} {{device}} read' },
      { query: 'rate(node_disk_written_bytes_total[$__rate_interval])', legend: '{{board}} {{device}} written' },
    ],
    { unit: 'Bps' },
  ),
];

const sharePanels = (namespace: string): Panel[] => [
  timeSeries('Share servers that run', `kube_deployment_status_replicas_available{namespace="${namespace}"}`, {
    legend: '{{deployment}}',
    unit: 'short',
  }),
  timeSeries('Free on the disks of shares', 'node_filesystem_avail_bytes{mountpoint=~"/srv/.*"}', {
    legend: '{{board}} {{mountpoint}}',
    unit: 'bytes',
  }),
  timeSeries('Share servers that answer', 'homecloud_share_server_answers', {
    legend: '{{board}} {{protocol}}',
    unit: 'short',
  }),
  timeSeries('Who is there', 'homecloud_share_server_connections', {
    legend: '{{board}} {{protocol}}',
    unit: 'short',
  }),
  timeSeries(
    'Read and written through the network',
    [
      { query: traffic('transmit', namespace), legend: '{{pod}} read' },
      { query: traffic('receive', namespace), legend: '{{pod}} written' },
    ],
    { unit: 'Bps' },
  ),
  timeSeries(
    'Memory of the share servers, of what they may have',
    [
      `container_memory_working_set_bytes{namespace="${namespace}"}`,
      `container_spec_memory_limit_bytes{namespace="${namespace}"}`,
    ].join(' / '),
    { legend: '{{pod}} {{container}}', unit: 'percentunit' },
  ),
  timeSeries('Starts of the share servers', `kube_pod_container_status_restarts_total{namespace="${namespace}"}`, {
    legend: '{{pod}} {{container}}',
    unit: 'short',
  }),
];

const traffic = (direction: 'receive' | 'transmit', namespace: string): string =>
  `sum by (pod) (rate(container_network_${direction}_bytes_total{namespace="${namespace}"}[$__rate_interval]))`;

const syncPanels: readonly Panel[] = [
  table('Folders that are not synced', 'homecloud_syncthing_folder_stopped == 1', ['board', 'folder']),
  table('Who is connected', 'homecloud_syncthing_device_connected', ['board', 'device', 'kind', 'Value']),
  timeSeries('Items that boards still need', 'homecloud_syncthing_folder_need_items', {
    legend: '{{board}} {{folder}}',
    unit: 'short',
  }),
  timeSeries('Bytes that boards still need', 'homecloud_syncthing_folder_need_bytes', {
    legend: '{{board}} {{folder}}',
    unit: 'bytes',
  }),
  timeSeries('Conflict copies', 'homecloud_syncthing_folder_conflicts', {
    legend: '{{board}} {{folder}}',
    unit: 'short',
  }),
  timeSeries(
    'Files with errors, and changes that nobody gets',
    [
      { query: 'homecloud_syncthing_folder_errors', legend: '{{board}} {{folder}}: errors' },
      { query: 'homecloud_syncthing_folder_local_changes', legend: '{{board}} {{folder}}: local changes' },
    ],
    { unit: 'short' },
  ),
  timeSeries('Days since a device was seen', '(time() - homecloud_syncthing_device_last_seen_seconds) / 86400', {
    legend: '{{board}}: {{device}}',
    unit: 'd',
  }),
  timeSeries('Size of shares', 'homecloud_syncthing_folder_bytes', { legend: '{{board}} {{folder}}', unit: 'bytes' }),
  timeSeries('Syncthing answers', 'homecloud_syncthing_up', { legend: '{{board}}', unit: 'short' }),
];

const clusterPanels: readonly Panel[] = [
  table('What Flux cannot bring about', 'gotk_resource_info{ready!="True"}', [
    'customresource_kind',
    'exported_namespace',
    'name',
    'ready',
    'suspended',
  ]),
  table('Pods that do not run', 'kube_pod_status_phase{phase=~"Pending|Failed|Unknown"} == 1', [
    'namespace',
    'pod',
    'phase',
  ]),
  timeSeries('Boards that Kubernetes uses', 'kube_node_status_condition{condition="Ready",status="true"}', {
    legend: '{{board}}',
    unit: 'short',
  }),
  timeSeries(
    'Starts of containers in an hour',
    'sum by (namespace, pod) (increase(kube_pod_container_status_restarts_total[1h])) > 0',
    { legend: '{{namespace}}/{{pod}}', unit: 'short' },
  ),
  timeSeries('Volumes in use', '1 - kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes', {
    legend: '{{namespace}}/{{persistentvolumeclaim}}',
    unit: 'percentunit',
  }),
  timeSeries('Memory by namespace', 'sum by (namespace) (container_memory_working_set_bytes)', {
    legend: '{{namespace}}',
    unit: 'bytes',
  }),
  timeSeries('Time series', 'prometheus_tsdb_head_series', { legend: 'series', unit: 'short' }),
  timeSeries('Disk of the measurements', 'prometheus_tsdb_storage_blocks_bytes', { legend: 'blocks', unit: 'bytes' }),
];

const nextcloudPanels = ({ namespace, claims }: Nextcloud): Panel[] => [
  stat('Parts of 3', `sum(kube_deployment_status_replicas_available{namespace="${namespace}"}) or vector(0)`, {
    good: 3,
  }),
  stat(
    'Starts of its jobs in a day',
    `sum(increase(kube_pod_container_status_restarts_total{namespace="${namespace}",container="cron"}[1d])) or vector(0)`,
    { good: 0 },
  ),
  timeSeries(
    'Memory of what it may use',
    [
      `max by (container) (container_memory_working_set_bytes{namespace="${namespace}",container!=""})`,
      `/ max by (container) (container_spec_memory_limit_bytes{namespace="${namespace}",container!=""})`,
    ].join(' '),
    { legend: '{{container}}', unit: 'percentunit' },
  ),
  timeSeries(
    'Processors',
    `sum by (container) (rate(container_cpu_usage_seconds_total{namespace="${namespace}",container!=""}[5m]))`,
    { legend: '{{container}}', unit: 'short' },
  ),
  timeSeries(
    'Volumes in use',
    `1 - kubelet_volume_stats_available_bytes{namespace="${namespace}"} / kubelet_volume_stats_capacity_bytes{namespace="${namespace}",persistentvolumeclaim=~"${claims.files.name}|${claims.database.name}"}`,
    { legend: '{{persistentvolumeclaim}}', unit: 'percentunit' },
  ),
];

const longhornPanels: readonly Panel[] = [
  table('Volumes', 'longhorn_volume_robustness', ['volume', 'pvc_namespace', 'pvc', 'node', 'state', 'Value']),
  timeSeries('Disks in use', 'longhorn_disk_usage_bytes / longhorn_disk_capacity_bytes', {
    legend: '{{node}} {{disk}}',
    unit: 'percentunit',
  }),
  timeSeries('Volumes on the disks', 'longhorn_volume_actual_size_bytes', {
    legend: '{{pvc_namespace}}/{{pvc}}',
    unit: 'bytes',
  }),
];

/** Of each volume whether it could be had again, and of the target what it holds. */
const backupPanels = ({ lateHours }: LonghornBackup): Panel[] => [
  stat('Volumes with a late backup', `count((time() - (${lastBackup} > 0)) / 3600 > ${lateHours}) or vector(0)`, {
    good: 0,
  }),
  // Longhorn counts the states of a backup: 4 is that of an error (longhorn-manager v1.12.1, backup_collector.go).
  stat('Backups that failed', 'count(longhorn_backup_state == 4) or vector(0)', { good: 0 }),
  timeSeries('Days since the last backup', `(time() - (${lastBackup} > 0)) / 86400`, {
    legend: '{{pvc_namespace}}/{{pvc}}',
    unit: 'd',
  }),
  table('Volumes that never had a backup', `${lastBackup} == 0`, ['volume', 'pvc_namespace', 'pvc']),
  timeSeries('Backups of each volume', 'count by (volume) (longhorn_backup_state == 3)', {
    legend: '{{volume}}',
    unit: 'short',
  }),
  timeSeries('Largest backup of each volume', 'max by (volume) (longhorn_backup_actual_size_bytes)', {
    legend: '{{volume}}',
    unit: 'bytes',
  }),
];
