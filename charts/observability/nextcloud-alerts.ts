import type { Nextcloud } from '../../model/facts/nextcloud.ts';
import type { AlertGroup } from './alerts.ts';

/** What is wrong with Nextcloud, as kube-state-metrics sees it (charts/nextcloud): it needs no account and no database. */
export const nextcloudAlerts = ({ namespace, host, database, shares, backup }: Nextcloud): AlertGroup => ({
  name: 'nextcloud',
  alerts: [
    {
      name: 'NextcloudDown',
      severity: 'critical',
      query: notAvailable(namespace, 'nextcloud'),
      // An upgrade of a minor version on a small board takes ten minutes.
      after: '15m',
      summary: `Nextcloud does not answer at ${host}.`,
      todo: [
        `kubectl -n ${namespace} logs deployment/nextcloud -c install says what it does; the same with -c guard, why it was not begun.`,
        'An upgrade takes its time: while it goes on, wait. Nothing is lost, and phones upload later.',
      ],
    },
    {
      name: 'NextcloudDatabaseDown',
      severity: 'critical',
      query: notAvailable(namespace, database.host),
      after: '10m',
      summary: 'The database of Nextcloud does not answer.',
      todo: [
        `kubectl -n ${namespace} logs deployment/${database.host} says why. After a crash it repairs itself: wait for its end.`,
        'If it says that tables are broken: restore its last dump (README, Nextcloud).',
      ],
    },
    {
      name: 'NextcloudJobsLate',
      severity: 'warning',
      query: `increase(kube_pod_container_status_restarts_total{namespace="${namespace}",container="cron"}[6h]) > 0`,
      after: '0s',
      keep: '30m',
      summary: 'The jobs of Nextcloud came to no end for two hours, or failed, and were started again.',
      todo: [
        `kubectl -n ${namespace} logs deployment/nextcloud -c cron --previous says which and why; most often the database is slow.`,
        'Until they run, deleted files stay, reminders are late and shares do not end.',
      ],
    },
    {
      name: 'NextcloudBackupLate',
      severity: 'warning',
      query: `(time() - max by (namespace, cronjob) (${jobsOf(namespace, 'backup')})) / 3600 > ${backup.lateHours}`,
      after: '30m',
      summary:
        'The last dump of the database of Nextcloud that could be loaded is {{ printf "%.0f" $value }} hours old.',
      todo: [
        `kubectl -n ${namespace} logs --selector app.kubernetes.io/component=backup --tail=-1 says what the last tries lacked.`,
        `When it is mended: kubectl -n ${namespace} create job backup-now --from=cronjob/backup.`,
      ],
    },
    ...(shares.list.length > 0 ? shareAlerts(namespace) : []),
  ],
});

/** By the metrics of our app: what its last scan saw of each share. */
function shareAlerts(namespace: string): AlertGroup['alerts'] {
  const of = (metric: string) => `max by (share) (${metric}{namespace="${namespace}"})`;
  return [
    {
      name: 'NextcloudShareAway',
      severity: 'warning',
      query: `${of('nextcloud_homecloud_share_available')} == 0`,
      after: '30m',
      summary: 'The share {{ $labels.share }} is not available in Nextcloud.',
      todo: [
        'Is its board on, and its disk plugged in? Nothing is lost meanwhile, and it comes back by itself.',
        'If both are there: sudo journalctl -u "homecloud-share@*" -n 20 on the board of Nextcloud. If not the same disk: README, "On another disk".',
      ],
    },
    {
      name: 'NextcloudShareMissesFiles',
      severity: 'critical',
      query: `${of('nextcloud_homecloud_share_missing_files')} > 0`,
      after: '0s',
      keep: '15m',
      summary:
        '{{ $value }} files are gone from the share {{ $labels.share }}: more than is deleted in a day, or on another disk.',
      todo: [
        'No device deletes anything. If it was not meant, bring them back, from .stversions of another board or from a backup.',
        `kubectl -n ${namespace} exec deployment/nextcloud -c nextcloud -- php occ homecloud:scan --accept-missing {{ $labels.share }}, if it was.`,
      ],
    },
    {
      name: 'NextcloudShareUnreadable',
      severity: 'critical',
      query: `${of('nextcloud_homecloud_share_unreadable_files')} > 0`,
      // Not a file that a program has locked for a moment.
      after: '30m',
      keep: '15m',
      summary:
        '{{ $value }} files or folders of the share {{ $labels.share }} cannot be read: its disk may be failing.',
      todo: [
        `kubectl -n ${namespace} exec deployment/nextcloud -c nextcloud -- php occ homecloud:scan -v {{ $labels.share }} names them.`,
        'sudo smartctl -a and sudo dmesg on the board of the share: bring them back from a backup, on another disk if this one fails.',
      ],
    },
    {
      name: 'NextcloudScanLate',
      severity: 'warning',
      query: [
        `${of('nextcloud_homecloud_share_scan_age_seconds')} > 86400`,
        `and on (share) ${of('nextcloud_homecloud_share_available')} == 1`,
      ].join(' '),
      after: '1h',
      summary: 'Nextcloud has not come through the share {{ $labels.share }} for a day: new files are seen late there.',
      todo: [
        `kubectl -n ${namespace} logs deployment/nextcloud -c cron says how far each round comes, and why not further.`,
        'A share that is new, or has very many files, takes its time once.',
      ],
    },
    {
      name: 'NextcloudShareNotWatched',
      severity: 'warning',
      query: 'homecloud_share_watched == 0 and on (board, disk) homecloud_disk_present == 1',
      // Very many folders are looked through at each start.
      after: '1h',
      summary:
        'Nextcloud is not told what changes in the share {{ $labels.share }}: what others write there is seen late.',
      todo: [
        'On {{ $labels.board }}: sudo journalctl -u homecloud-share-changes-{{ $labels.disk }} -n 20 says why; then restart that unit.',
        'If there is no such unit, run the playbook site. Nothing is lost: all is looked through in any case, only later.',
      ],
    },
  ];
}

/**
 * When a job came to its end, or if none ever did, since when one should. One that somebody began by hand counts
 * (kubernetes, pkg/controller/cronjob/cronjob_controllerv2.go, syncCronJob), also a restore: what the database holds then is
 * in a dump.
 */
function jobsOf(namespace: string, cronJob: string): string {
  const labels = `{namespace="${namespace}",cronjob="${cronJob}"}`;
  return `kube_cronjob_status_last_successful_time${labels} or kube_cronjob_created${labels}`;
}

/** Once, whatever labels the target has. */
function notAvailable(namespace: string, deployment: string): string {
  return `max by (namespace, deployment) (kube_deployment_status_replicas_available{namespace="${namespace}",deployment="${deployment}"}) == 0`;
}
