import type { AlertGroup } from './alerts.ts';

/**
 * What is wrong with contacts and calendars as files, by the metrics of the role vdirsyncer.
 * @param boards that sync those of somebody
 */
export const vdirAlerts = (boards: readonly string[]): AlertGroup => ({
  name: 'vdirs',
  records: boards.map((board) => ({ name: 'home:vdir_board', query: 'vector(1)', labels: { board } })),
  alerts: [
    {
      name: 'VdirStopped',
      severity: 'warning',
      query: 'time() - homecloud_vdir_last_success_seconds > 86400',
      after: '15m',
      summary:
        'Contacts and calendars of {{ $labels.person }} have not been synced by {{ $labels.board }} for {{ $value | humanizeDuration }}.',
      todo: [
        'The playbook verify says why: most often the disk or Nextcloud is away.',
        'Else on the board: sudo journalctl -u homecloud-vdirsyncer@{{ $labels.person }} -n 50. Phones go on, and no file is lost.',
      ],
    },
    {
      name: 'VdirNoCredential',
      severity: 'warning',
      query: 'homecloud_vdir_credential == 0',
      after: '2h',
      summary: '{{ $labels.board }} may not sync contacts and calendars of {{ $labels.person }}.',
      todo: [
        'It has no credential for Nextcloud, or one that was revoked: the playbook people makes another one.',
        'Until then files and phones go apart, and nothing is lost.',
      ],
    },
    {
      name: 'VdirRefused',
      severity: 'critical',
      query: 'homecloud_vdir_refused > 0',
      after: '20m',
      summary:
        '{{ $value }} address books or calendars of {{ $labels.person }} are not synced: too much is gone at once, or a file is in the way.',
      todo: [
        'The playbook verify names them, and the way out: bring back what is gone, accept that it is, or mend the file.',
        'Until then neither side loses anything to the other.',
      ],
    },
    {
      name: 'VdirFailed',
      severity: 'warning',
      query: 'homecloud_vdir_failed > 0',
      after: '2h',
      summary: '{{ $value }} address books or calendars of {{ $labels.person }} cannot be synced.',
      todo: [
        'The playbook verify names them with what vdirsyncer says: most often Nextcloud does not take one item.',
        'All others are synced. Mend or delete that item in the share.',
      ],
    },
    {
      name: 'VdirConflicts',
      severity: 'warning',
      query: 'homecloud_vdir_set_aside > 0',
      after: '1h',
      summary:
        'The texts of {{ $value }} contacts or events of {{ $labels.person }} are set aside: changed at two places at once, or gone from the server.',
      todo: [
        'They are in the folder set-aside of their share: {{ $labels.person }} compares them, and deletes them there.',
        'Nothing is lost meanwhile, and the sync goes on.',
      ],
    },
    {
      name: 'VdirMeasurementsOld',
      severity: 'warning',
      query: [
        'time() - node_textfile_mtime_seconds{file=~".*/homecloud-vdirsyncer.prom"} > 3600',
        'and on (board) home:vdir_board',
        'or home:vdir_board unless on (board) node_textfile_mtime_seconds{file=~".*/homecloud-vdirsyncer.prom"}',
      ].join(' '),
      after: '10m',
      summary: '{{ $labels.board }} does not tell about contacts and calendars any more.',
      todo: [
        'On the board: sudo systemctl status homecloud-vdirsyncer-metrics.timer, and sudo journalctl -u homecloud-vdirsyncer-metrics -n 20.',
        'The alerts about contacts and calendars are blind until then.',
      ],
    },
  ],
});
