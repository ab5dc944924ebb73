import type { AlertGroup } from './alerts.ts';

/**
 * What is wrong with the sync of shares, by the metrics of the role syncthing.
 * @param boards that have Syncthing
 */
export const syncAlerts = (boards: readonly string[]): AlertGroup => ({
  name: 'sync',
  records: boards.map((board) => ({ name: 'home:syncing_board', query: 'vector(1)', labels: { board } })),
  alerts: [
    {
      name: 'SyncthingDown',
      severity: 'warning',
      query: 'homecloud_syncthing_up == 0',
      after: '20m',
      summary: 'Syncthing of {{ $labels.board }} does not answer: its shares are not synced.',
      todo: [
        'If a disk of the board is away, plug it in: Syncthing comes back with it.',
        'Else on the board: sudo journalctl -u homecloud-syncthing -n 30, then sudo systemctl restart homecloud-syncthing.',
      ],
    },
    {
      name: 'SyncStopped',
      severity: 'critical',
      query: 'homecloud_syncthing_folder_stopped == 1',
      after: '15m',
      summary: 'The share {{ $labels.folder }} is not synced on {{ $labels.board }}: its disk or its marker is away.',
      todo: [
        'Look at the cable of the disk first. Do not make the marker by hand: what is missing would be deleted everywhere.',
        'If the disk is there, the playbook site says what is wrong and what to do.',
      ],
    },
    {
      name: 'SyncBehind',
      severity: 'warning',
      // What needs days for the first time becomes less; this does not.
      query: [
        'min_over_time(homecloud_syncthing_folder_need_items[6h]) > 0',
        'and homecloud_syncthing_folder_need_items >= homecloud_syncthing_folder_need_items offset 6h',
      ].join(' '),
      after: '15m',
      summary:
        '{{ $labels.board }} has missed {{ $value }} items of {{ $labels.folder }} for hours, and gets no nearer.',
      todo: [
        'See on the dashboard Sync whether a peer is away, or files have errors; a full disk stops it as well.',
        'If all peers are connected: sudo systemctl restart homecloud-syncthing on the board.',
      ],
    },
    {
      name: 'SyncErrors',
      severity: 'warning',
      query: 'homecloud_syncthing_folder_errors > 0',
      after: '2h',
      summary: '{{ $value }} files of {{ $labels.folder }} cannot be synced to {{ $labels.board }}.',
      todo: [
        'sudo journalctl -u homecloud-syncthing -n 50 on the board names them.',
        'Most often the disk is full, or two names differ only in how an accent is written: rename one of the two.',
      ],
    },
    {
      name: 'SyncConflicts',
      severity: 'warning',
      query: 'homecloud_syncthing_folder_conflicts > 0',
      after: '1h',
      summary: '{{ $value }} conflict copies in {{ $labels.folder }} on {{ $labels.board }} wait for somebody.',
      todo: [
        'Two devices changed a file at once. Search the share for "sync-conflict": compare, keep one, delete the other.',
        'Nothing is lost meanwhile; they are on every board.',
      ],
    },
    {
      name: 'SyncConflictsFull',
      severity: 'critical',
      query: [
        'homecloud_syncthing_folder_conflicts_of_one_file',
        '> 0.7 * homecloud_syncthing_folder_conflicts_limit',
        'and homecloud_syncthing_folder_conflicts_limit > 0',
      ].join(' '),
      after: '0s',
      summary:
        'One file of {{ $labels.folder }} on {{ $labels.board }} has {{ $value }} conflict copies: the oldest go soon.',
      todo: [
        'Search the share for "sync-conflict", and keep of that file what is worth keeping, under another name.',
        'A program that writes it on two devices at once is the reason: let one do it, or name it in sync.ignore.',
      ],
    },
    {
      name: 'SyncLocalChanges',
      severity: 'warning',
      query: 'homecloud_syncthing_folder_local_changes > 0',
      after: '1h',
      summary:
        '{{ $value }} changes of {{ $labels.folder }} were made on {{ $labels.board }}, which receives only: nobody else has them.',
      todo: [
        'Copy them to another board by hand, or let the board send as well: sync.types in homecloud.config.ts.',
        'Syncthing asks on the page of the board whether to undo them.',
      ],
    },
    {
      name: 'SyncPeerUnseen',
      severity: 'warning',
      query: [
        'time() - homecloud_syncthing_device_last_seen_seconds{kind="board"} > 86400',
        'or time() - homecloud_syncthing_device_last_seen_seconds{kind="offsite"} > 3 * 86400',
        'or time() - homecloud_syncthing_device_last_seen_seconds{kind="person"} > 14 * 86400',
      ].join(' '),
      after: '1h',
      summary: '{{ $labels.board }} has not seen {{ $labels.device }} for {{ $value | humanizeDuration }}.',
      todo: [
        'A phone: open its app at home, and let it run in the background. A board: look whether it is up, and its disk there.',
        'A device that is gone for good: take it away from homecloud.config.ts, and run the playbook site.',
      ],
    },
    {
      name: 'SyncMeasurementsOld',
      severity: 'warning',
      query: [
        'time() - node_textfile_mtime_seconds{file=~".*/homecloud-syncthing.prom"} > 3600',
        'or home:syncing_board unless on (board) node_textfile_mtime_seconds{file=~".*/homecloud-syncthing.prom"}',
      ].join(' '),
      after: '10m',
      summary: '{{ $labels.board }} does not tell about the sync of its shares any more.',
      todo: [
        'On the board: sudo systemctl status homecloud-syncthing-metrics.timer, and sudo journalctl -u homecloud-syncthing-metrics -n 20.',
        'The alerts about sync of this board are blind until then.',
      ],
    },
  ],
});
