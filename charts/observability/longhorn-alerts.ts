import type { LonghornBackup } from '../../model/facts/longhorn.ts';
import type { Claim } from '../../model/model.ts';
import type { AlertGroup } from './alerts.ts';

/**
 * Volumes in a state, whichever board's manager tells it: the one that looks after the volume changes. One series per state
 * where there is the label; before, the number of the state.
 */
function robustness(state: string, number: number): string {
  const of = (label: string) =>
    `max by (volume, pvc, pvc_namespace, state) (longhorn_volume_robustness{state="${label}"})`;
  return `${of(state)} == 1 or ${of('')} == ${number}`;
}

/** What is wrong with volumes of Longhorn, and the disks that hold them. */
export const longhornAlerts: AlertGroup = {
  name: 'longhorn',
  alerts: [
    {
      name: 'LonghornVolumeDegraded',
      severity: 'warning',
      query: robustness('degraded', 2),
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
      query: robustness('faulted', 3),
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

/** Volumes whose backups do not come. */
export const backupAlerts = ({ lateHours }: LonghornBackup, withoutBackup: readonly Claim[]): AlertGroup => ({
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
