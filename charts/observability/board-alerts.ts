import type { AlertGroup } from './alerts.ts';

/** File systems that keep what is written: not those of memory, of containers or of the network. */
const kept = 'fstype=~"ext4|xfs|btrfs|vfat",mountpoint!~"/boot.*"';

/** What is wrong with boards, each by its name. */
export const boardAlerts = (boards: readonly string[]): AlertGroup => ({
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
        // Never written, or gone: each alert about what it tells is then silent.
        'or home:board unless on (board) node_textfile_mtime_seconds{file=~".*/homecloud.prom"}',
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

/** Disks and their file systems. */
export const diskAlerts: AlertGroup = {
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

/** Who owns the virtual IP. */
export const virtualIpAlerts: AlertGroup = {
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
