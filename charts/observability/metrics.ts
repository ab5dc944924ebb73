/**
 * The metrics that alerts and dashboards ask for, by who gives them. Of k3s and of the containers only these are kept:
 * one process of k3s gives some 20,000 series that nobody at home looks at.
 *
 * `test/tools/prometheus.mjs` looks each name up at its source.
 */
export const metrics = {
  /**
   * Of the roles `metrics` (files/metrics.py), `keepalived` (templates/virtual-ip-metrics.sh.j2) and `syncthing`
   * (files/syncthing_metrics.py).
   */
  boards: [
    'homecloud_board_temperature_celsius',
    'homecloud_board_throttled',
    'homecloud_disk_media_errors',
    'homecloud_disk_present',
    'homecloud_disk_smart_attribute_raw',
    'homecloud_disk_smart_available',
    'homecloud_disk_smart_passed',
    'homecloud_disk_temperature_celsius',
    'homecloud_disk_wear_ratio',
    'homecloud_emmc_reserve_state',
    'homecloud_emmc_wear_ratio',
    'homecloud_share_server_answers',
    'homecloud_share_server_connections',
    'homecloud_share_watched',
    'homecloud_syncthing_device_connected',
    'homecloud_syncthing_device_last_seen_seconds',
    'homecloud_syncthing_folder_bytes',
    'homecloud_syncthing_folder_conflicts',
    'homecloud_syncthing_folder_conflicts_limit',
    'homecloud_syncthing_folder_conflicts_of_one_file',
    'homecloud_syncthing_folder_errors',
    'homecloud_syncthing_folder_local_changes',
    'homecloud_syncthing_folder_need_bytes',
    'homecloud_syncthing_folder_need_items',
    'homecloud_syncthing_folder_stopped',
    'homecloud_syncthing_up',
    'homecloud_vdir_credential',
    'homecloud_vdir_failed',
    'homecloud_vdir_last_success_seconds',
    'homecloud_vdir_refused',
    'homecloud_vdir_set_aside',
    'homecloud_virtual_ip_owner',
    'homecloud_virtual_ip_taken_total',
  ],
  /** node-exporter 1.12.1 (collector/fixtures/e2e-output.txt). */
  nodeExporter: [
    'node_boot_time_seconds',
    'node_cpu_seconds_total',
    'node_disk_read_bytes_total',
    'node_disk_written_bytes_total',
    'node_filesystem_avail_bytes',
    'node_filesystem_readonly',
    'node_filesystem_size_bytes',
    'node_memory_MemAvailable_bytes',
    'node_memory_MemTotal_bytes',
    'node_textfile_mtime_seconds',
    'node_textfile_scrape_error',
    'node_time_seconds',
    'node_timex_sync_status',
  ],
  /** The kubelet (kubernetes, test/instrumentation/documentation/documentation-list.yaml). */
  kubelet: ['kubelet_volume_stats_available_bytes', 'kubelet_volume_stats_capacity_bytes'],
  /**
   * k3s itself (pkg/certmonitor/certmonitor.go): in the one registry of the process, and so beside those of the
   * kubelet.
   */
  k3s: ['k3s_certificate_expiration_seconds'],
  /** cAdvisor, in the kubelet (github.com/google/cadvisor, metrics/prometheus.go). */
  cadvisor: [
    'container_cpu_usage_seconds_total',
    'container_memory_working_set_bytes',
    'container_network_receive_bytes_total',
    'container_network_transmit_bytes_total',
    'container_spec_memory_limit_bytes',
  ],
  /** kube-state-metrics 2.20.0 (internal/store). */
  kubeStateMetrics: [
    'kube_cronjob_created',
    'kube_cronjob_status_last_successful_time',
    'kube_daemonset_status_desired_number_scheduled',
    'kube_daemonset_status_updated_number_scheduled',
    'kube_deployment_status_replicas_available',
    'kube_node_status_condition',
    'kube_pod_container_status_last_terminated_reason',
    'kube_pod_container_status_restarts_total',
    'kube_pod_container_status_waiting_reason',
    'kube_pod_info',
    'kube_pod_status_phase',
    'kube_pod_status_ready',
  ],
  /** Made by kube-state-metrics of the objects of Flux, as we ask it to (flux-state.ts). */
  flux: ['gotk_resource_info'],
  /** Traefik 3.7 (pkg/observability/metrics/prometheus.go). */
  traefik: ['traefik_service_requests_total', 'traefik_tls_certs_not_after'],
  /** cert-manager 1.21 (internal/collectors/certificate_collector.go). */
  certManager: ['certmanager_certificate_ready_status'],
  /** Longhorn 1.12 (longhorn-manager, metrics_collector). */
  longhorn: [
    'longhorn_backup_actual_size_bytes',
    'longhorn_backup_state',
    'longhorn_disk_capacity_bytes',
    'longhorn_disk_usage_bytes',
    'longhorn_volume_actual_size_bytes',
    'longhorn_volume_last_backup_at',
    'longhorn_volume_robustness',
    'longhorn_volume_state',
  ],
  /** Of our app in Nextcloud (charts/nextcloud/app/metrics.ts). */
  nextcloud: [
    'nextcloud_homecloud_share_available',
    'nextcloud_homecloud_share_missing_files',
    'nextcloud_homecloud_share_scan_age_seconds',
    'nextcloud_homecloud_share_unreadable_files',
  ],
  /** Prometheus 3.14 and Alertmanager 0.34 themselves. */
  prometheus: [
    'prometheus_config_last_reload_successful',
    'prometheus_rule_evaluation_failures_total',
    'prometheus_tsdb_head_series',
    'prometheus_tsdb_storage_blocks_bytes',
  ],
  alertmanager: ['alertmanager_config_last_reload_successful', 'alertmanager_notifications_failed_total'],
  /** Of every target, and of every alert that fires (Prometheus documentation, jobs and alerting rules). */
  always: ['up', 'ALERTS'],
  /** Recorded by our own rules (alerts.ts). */
  recorded: ['home:board', 'home:no_backup', 'home:syncing_board', 'home:vdir_board'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type MetricSource = keyof typeof metrics;
