// When each alert fires, when it does not, and when it is over: promtool judges every case by the real rules.
//
// Series are in the notation of promtool, a value each minute: `0x5 1x10` is six times 0, then eleven times 1; `_` is no
// value, `stale` its end, `1+2x3` counts up.

/**
 * @typedef {object} Case
 * @property {string} [interval] between two values and two looks at the rules, @default '1m'
 * @property {Record<string, string>} series values by series
 * @property {string} quiet when it must not fire yet, or not for so little
 * @property {string} fires when it must fire
 * @property {Record<string, string>} labels that it then has, besides its name and severity
 * @property {string} summary what people read
 * @property {string} over when it must have ended
 */

const board = { board: 'alder' };
const disk = { board: 'alder', device: '/dev/sda', model: 'Portable', serial: 'A1' };
/** In the notation of Prometheus. */
const labels = (all) =>
  `{${Object.entries(all)
    .map(([key, value]) => `${key}="${value}"`)
    .join(',')}}`;
const ofDisk = (more = {}) => labels({ ...disk, ...more });
const ofSystem = { board: 'alder', device: '/dev/sda2', fstype: 'ext4', mountpoint: '/' };
const ofBoot = labels({ ...ofSystem, fstype: 'vfat', mountpoint: '/boot/firmware' });
const up = (name, values) => ({
  [`up{job="node-exporter",instance="a:9100",board="${name}"}`]: values,
  [`up{job="kubelet",instance="a:10250",metrics_path="/metrics",board="${name}"}`]: values,
});
/** Files of measurements of the other boards, which are as they should be. */
const freshElsewhere = (file) =>
  Object.fromEntries(
    others.map((name) => [`node_textfile_mtime_seconds{board="${name}",file="/host/textfile/${file}"}`, '0+60x200']),
  );
const others = ['birch', 'cedar', 'ebony', 'hazel', 'larch', 'maple', 'pine', 'rowan', 'yew'];
const gotk = (ready) =>
  `gotk_resource_info${labels({
    customresource_kind: 'HelmRelease',
    exported_namespace: 'traefik',
    name: 'traefik',
    ready,
    suspended: 'false',
  })}`;
/** In seconds. */
const hour = 3600;
const volume = { namespace: 'nextcloud', persistentvolumeclaim: 'database' };
const pod = { namespace: 'dnas', pod: 'dnas-alder-1' };
const container = { ...pod, container: 'samba' };
/** Of a volume of the household with `noBackup`. */
const ofCache = (metric, more = {}) =>
  `longhorn_volume_${metric}${labels({ node: 'alder', volume: 'pvc-4', pvc: 'cache', pvc_namespace: 'app-wiki', ...more })}`;
const share = { ...board, folder: 'photos' };
const ofFolder = (metric) => `homecloud_syncthing_folder_${metric}${labels(share)}`;
/** Of the person whose contacts and calendars the board syncs. */
const person = { ...board, person: 'anna' };
const ofVdir = (metric) => `homecloud_vdir_${metric}${labels(person)}`;
const seen = (device, kind) => `homecloud_syncthing_device_last_seen_seconds${labels({ ...board, device, kind })}`;

const ofNextcloud = { namespace: 'nextcloud', deployment: 'nextcloud' };
const ofDatabase = { namespace: 'nextcloud', deployment: 'database' };
const ofCloudShare = { namespace: 'nextcloud', pod: 'nextcloud-1', share: 'photos' };
const ofBackup = { namespace: 'nextcloud', cronjob: 'backup' };
const ofJobs = { namespace: 'nextcloud', pod: 'nextcloud-1', container: 'cron' };

/** @type {Record<string, Case>} by the name of the alert, of the household `full` */
export const cases = {
  NextcloudDown: {
    series: {
      [`kube_deployment_status_replicas_available${labels(ofNextcloud)}`]: '1x5 0x40 1x30',
      // Of another home's part: its pods are no business of this alert.
      [`kube_deployment_status_replicas_available${labels({ ...ofNextcloud, namespace: 'app-wiki' })}`]: '0x100',
    },
    quiet: '20m',
    fires: '22m',
    labels: ofNextcloud,
    summary: 'Nextcloud does not answer at nextcloud.manor.example.net.',
    over: '50m',
  },
  NextcloudDatabaseDown: {
    series: { [`kube_deployment_status_replicas_available${labels(ofDatabase)}`]: '1x5 0x40 1x30' },
    quiet: '15m',
    fires: '17m',
    labels: ofDatabase,
    summary: 'The database of Nextcloud does not answer.',
    over: '50m',
  },
  NextcloudJobsLate: {
    series: {
      [`kube_pod_container_status_restarts_total${labels(ofJobs)}`]: '0x10 1x800',
      [`kube_pod_container_status_restarts_total${labels({ ...ofJobs, container: 'nextcloud' })}`]: '0x4 5x806',
    },
    quiet: '10m',
    fires: '12m',
    labels: ofJobs,
    summary: 'The jobs of Nextcloud came to no end for two hours, or failed, and were started again.',
    over: '440m',
  },
  NextcloudBackupLate: {
    interval: '1h',
    series: {
      [`kube_cronjob_created${labels(ofBackup)}`]: `${-100 * hour}x120`,
      [`kube_cronjob_status_last_successful_time${labels(ofBackup)}`]: `0x59 ${60 * hour}x60`,
      [`kube_cronjob_created${labels({ ...ofBackup, namespace: 'app-wiki' })}`]: `${-100 * hour}x120`,
    },
    quiet: '47h',
    fires: '50h',
    labels: ofBackup,
    summary: 'The last dump of the database of Nextcloud that could be loaded is 50 hours old.',
    over: '70h',
  },
  NextcloudShareAway: {
    series: { [`nextcloud_homecloud_share_available${labels(ofCloudShare)}`]: '1x5 0x40 1x20' },
    quiet: '30m',
    fires: '40m',
    labels: { share: 'photos' },
    summary: 'The share photos is not available in Nextcloud.',
    over: '50m',
  },
  NextcloudShareMissesFiles: {
    series: { [`nextcloud_homecloud_share_missing_files${labels(ofCloudShare)}`]: '0x5 70x20 0x30' },
    quiet: '5m',
    fires: '10m',
    labels: { share: 'photos' },
    summary: '70 files are gone from the share photos: more than is deleted in a day, or on another disk.',
    over: '50m',
  },
  NextcloudShareUnreadable: {
    series: { [`nextcloud_homecloud_share_unreadable_files${labels(ofCloudShare)}`]: '0x5 3x60 0x30' },
    quiet: '20m',
    fires: '40m',
    labels: { share: 'photos' },
    summary: '3 files or folders of the share photos cannot be read: its disk may be failing.',
    over: '90m',
  },
  NextcloudScanLate: {
    series: {
      [`nextcloud_homecloud_share_scan_age_seconds${labels(ofCloudShare)}`]: '300x5 90000x100 300x20',
      [`nextcloud_homecloud_share_available${labels(ofCloudShare)}`]: '1x130',
      // While the share is away, nobody can look through it.
      [`nextcloud_homecloud_share_scan_age_seconds${labels({ ...ofCloudShare, share: 'music' })}`]: '90000x130',
      [`nextcloud_homecloud_share_available${labels({ ...ofCloudShare, share: 'music' })}`]: '0x130',
    },
    quiet: '60m',
    fires: '80m',
    labels: { share: 'photos' },
    summary: 'Nextcloud has not come through the share photos for a day: new files are seen late there.',
    over: '115m',
  },
  NextcloudShareNotWatched: {
    series: {
      'homecloud_share_watched{board="alder",disk="data",share="photos"}': '1x5 0x90 1x20',
      'homecloud_disk_present{board="alder",disk="data",mount_point="/srv/dnas/data"}': '1x130',
      // A disk that is away has an alert of its own.
      'homecloud_share_watched{board="birch",disk="data",share="music"}': '0x130',
      'homecloud_disk_present{board="birch",disk="data",mount_point="/srv/dnas/data"}': '0x130',
    },
    quiet: '60m',
    fires: '70m',
    labels: { ...board, disk: 'data', share: 'photos' },
    summary: 'Nextcloud is not told what changes in the share photos: what others write there is seen late.',
    over: '110m',
  },
  SyncthingDown: {
    series: { 'homecloud_syncthing_up{board="alder"}': '1x5 0x40 1x20' },
    quiet: '25m',
    fires: '30m',
    labels: board,
    summary: 'Syncthing of alder does not answer: its shares are not synced.',
    over: '50m',
  },
  SyncStopped: {
    series: { [ofFolder('stopped')]: '0x5 1x30 0x20' },
    quiet: '20m',
    fires: '25m',
    labels: share,
    summary: 'The share photos is not synced on alder: its disk or its marker is away.',
    over: '40m',
  },
  SyncBehind: {
    series: {
      [ofFolder('need_items')]: '0x10 7x500 0x30',
      // The first sync of a large share becomes less.
      [`homecloud_syncthing_folder_need_items${labels({ ...share, folder: 'films' })}`]: '90000-100x540',
    },
    quiet: '380m',
    fires: '400m',
    labels: share,
    summary: 'alder has missed 7 items of photos for hours, and gets no nearer.',
    over: '520m',
  },
  SyncErrors: {
    series: { [ofFolder('errors')]: '0x5 3x150 0x20' },
    quiet: '120m',
    fires: '130m',
    labels: share,
    summary: '3 files of photos cannot be synced to alder.',
    over: '160m',
  },
  SyncConflicts: {
    series: { [ofFolder('conflicts')]: '0x5 2x90 0x20' },
    quiet: '60m',
    fires: '70m',
    labels: share,
    summary: '2 conflict copies in photos on alder wait for somebody.',
    over: '100m',
  },
  SyncConflictsFull: {
    series: {
      [ofFolder('conflicts_of_one_file')]: '35x10 36x10 1x10',
      [ofFolder('conflicts_limit')]: '50x40',
    },
    quiet: '9m',
    fires: '15m',
    labels: share,
    summary: 'One file of photos on alder has 36 conflict copies: the oldest go soon.',
    over: '25m',
  },
  SyncLocalChanges: {
    series: { [ofFolder('local_changes')]: '0x5 4x90 0x20' },
    quiet: '60m',
    fires: '70m',
    labels: share,
    summary: '4 changes of photos were made on alder, which receives only: nobody else has them.',
    over: '100m',
  },
  SyncPeerUnseen: {
    interval: '1h',
    series: {
      [seen('birch', 'board')]: '0x40 144000x20',
      // Away on holiday.
      [seen('anna/anna-phone', 'person')]: '0x60',
      [seen('cabin', 'offsite')]: '0x60',
    },
    quiet: '24h',
    fires: '30h',
    labels: { ...board, device: 'birch', kind: 'board' },
    summary: 'alder has not seen birch for 1d 6h 0m 0s.',
    over: '45h',
  },
  SyncMeasurementsOld: {
    series: {
      ...freshElsewhere('homecloud-syncthing.prom'),
      'node_textfile_mtime_seconds{board="alder",file="/host/textfile/homecloud-syncthing.prom"}': '0x80 6000x60',
    },
    quiet: '65m',
    fires: '75m',
    labels: { ...board, file: '/host/textfile/homecloud-syncthing.prom' },
    summary: 'alder does not tell about the sync of its shares any more.',
    over: '110m',
  },
  VdirStopped: {
    interval: '1h',
    series: { [ofVdir('last_success_seconds')]: '0x30 108000x20' },
    quiet: '23h',
    fires: '27h',
    labels: person,
    summary: 'Contacts and calendars of anna have not been synced by alder for 1d 3h 0m 0s.',
    over: '40h',
  },
  VdirNoCredential: {
    series: { [ofVdir('credential')]: '1x5 0x150 1x20' },
    quiet: '120m',
    fires: '130m',
    labels: person,
    summary: 'alder may not sync contacts and calendars of anna.',
    over: '160m',
  },
  VdirRefused: {
    series: { [ofVdir('refused')]: '0x5 2x40 0x20' },
    quiet: '24m',
    fires: '30m',
    labels: person,
    summary: '2 address books or calendars of anna are not synced: too much is gone at once, or a file is in the way.',
    over: '50m',
  },
  VdirFailed: {
    series: { [ofVdir('failed')]: '0x5 1x150 0x20' },
    quiet: '120m',
    fires: '130m',
    labels: person,
    summary: '1 address books or calendars of anna cannot be synced.',
    over: '160m',
  },
  VdirConflicts: {
    series: { [ofVdir('set_aside')]: '0x5 3x90 0x20' },
    quiet: '60m',
    fires: '70m',
    labels: person,
    summary:
      'The texts of 3 contacts or events of anna are set aside: changed at two places at once, or gone from the server.',
    over: '100m',
  },
  VdirMeasurementsOld: {
    series: {
      'node_textfile_mtime_seconds{board="alder",file="/host/textfile/homecloud-vdirsyncer.prom"}': '0x80 6000x60',
      // Nobody's are there any more.
      'node_textfile_mtime_seconds{board="birch",file="/host/textfile/homecloud-vdirsyncer.prom"}': '0x140',
    },
    quiet: '65m',
    fires: '75m',
    labels: { ...board, file: '/host/textfile/homecloud-vdirsyncer.prom' },
    summary: 'alder does not tell about contacts and calendars any more.',
    over: '110m',
  },
  BoardDown: {
    // The kubelet alone is enough to be there. A board that was never seen is down as well.
    series: {
      ...Object.assign({}, ...others.map((name) => up(name, '1x60'))),
      'up{job="node-exporter",instance="a:9100",board="alder"}': '1x5 0x30 1x30',
      'up{job="kubelet",instance="a:10250",metrics_path="/metrics",board="alder"}': '1x10 0x20 1x30',
    },
    quiet: '14m',
    fires: '18m',
    labels: board,
    summary: 'alder does not answer.',
    over: '40m',
  },
  BoardNotReady: {
    series: {
      'kube_node_status_condition{board="alder",condition="Ready",status="true"}': '1x5 0x30 1x30',
      'kube_node_status_condition{board="alder",condition="Ready",status="false"}': '0x5 1x30 0x30',
    },
    quiet: '14m',
    fires: '20m',
    labels: { ...board, condition: 'Ready', status: 'true' },
    summary: 'Kubernetes does not use alder.',
    over: '50m',
  },
  BoardHot: {
    series: { 'homecloud_board_temperature_celsius{board="alder"}': '70x5 81.6x30 60x30' },
    quiet: '14m',
    fires: '20m',
    labels: board,
    summary: 'alder has 82 °C: it slows itself down at 80.',
    over: '50m',
  },
  BoardUndervoltage: {
    // Only what remains from before: it was too short to be seen as it happened.
    series: {
      'homecloud_board_throttled{board="alder",reason="under_voltage",since="now"}': '0x300',
      'homecloud_board_throttled{board="alder",reason="under_voltage",since="start"}': '0x65 1x240',
      'homecloud_board_throttled{board="alder",reason="throttled",since="now"}': '1x300',
    },
    quiet: '60m',
    fires: '70m',
    labels: { ...board, reason: 'under_voltage', since: 'start' },
    summary: 'alder gets too little power.',
    over: '250m',
  },
  ClockWrong: {
    series: { 'node_timex_sync_status{board="alder"}': '1x5 0x60 1x30' },
    quiet: '34m',
    fires: '40m',
    labels: board,
    summary: 'The clock of alder is not set.',
    over: '80m',
  },
  MemoryPressure: {
    series: {
      'node_memory_MemAvailable_bytes{board="alder"}': '500x5 60x30 500x30',
      'node_memory_MemTotal_bytes{board="alder"}': '1000x100',
    },
    quiet: '14m',
    fires: '20m',
    labels: board,
    summary: 'alder has nearly no memory left.',
    over: '50m',
  },
  BoardMeasurementsOld: {
    series: {
      ...freshElsewhere('homecloud.prom'),
      'node_textfile_mtime_seconds{board="alder",file="/host/textfile/homecloud.prom"}': '0x60 4000x60',
    },
    quiet: '35m',
    fires: '45m',
    labels: { ...board, file: '/host/textfile/homecloud.prom' },
    summary: 'alder does not tell about its disks and its power any more.',
    over: '70m',
  },
  DiskLost: {
    series: { 'homecloud_disk_present{board="alder",disk="data",mount_point="/srv/dnas/data"}': '1x5 0x20 1x20' },
    quiet: '7m',
    fires: '10m',
    labels: { ...board, disk: 'data', mount_point: '/srv/dnas/data' },
    summary: 'The disk data of alder is not there.',
    over: '30m',
  },
  DiskFull: {
    series: {
      [`node_filesystem_avail_bytes${labels(ofSystem)}`]: '200x5 40x30 200x30',
      [`node_filesystem_size_bytes${labels(ofSystem)}`]: '1000x100',
      // That of the firmware is always nearly full.
      [`node_filesystem_avail_bytes${ofBoot}`]: '1x100',
      [`node_filesystem_size_bytes${ofBoot}`]: '1000x100',
    },
    quiet: '14m',
    fires: '20m',
    labels: ofSystem,
    summary: '/ of alder has only 4% free.',
    over: '50m',
  },
  DiskFilling: {
    series: {
      [`node_filesystem_avail_bytes${labels(ofSystem)}`]: '300x10 120x120 500x500',
      [`node_filesystem_size_bytes${labels(ofSystem)}`]: '1000x700',
    },
    quiet: '60m',
    fires: '90m',
    labels: ofSystem,
    summary: '/ of alder is nearly full, or will be within two days.',
    over: '600m',
  },
  FileSystemReadOnly: {
    series: { [`node_filesystem_readonly${labels(ofSystem)}`]: '0x5 1x20 0x20' },
    quiet: '7m',
    fires: '10m',
    labels: ofSystem,
    summary: '/ of alder cannot be written any more.',
    over: '30m',
  },
  DiskFailing: {
    series: {
      [`homecloud_disk_smart_passed${ofDisk()}`]: '1x5 0x30 1x30',
      // Once replaced, a sector is no danger.
      [`homecloud_disk_smart_attribute_raw${ofDisk({ attribute: 'Reallocated_Sector_Ct', id: '5' })}`]: '8x100',
      [`homecloud_disk_smart_attribute_raw${ofDisk({ attribute: 'Current_Pending_Sector', id: '197' })}`]: '0x100',
    },
    quiet: '14m',
    fires: '20m',
    labels: disk,
    summary: 'The disk /dev/sda Portable A1 of alder is failing.',
    over: '50m',
  },
  DiskWorsening: {
    interval: '5m',
    series: {
      [`homecloud_disk_smart_attribute_raw${ofDisk({ attribute: 'Reallocated_Sector_Ct', id: '5' })}`]: '8x11 9x800',
      [`homecloud_disk_media_errors${labels({ ...disk, device: '/dev/nvme0n1' })}`]: '3x800',
    },
    quiet: '55m',
    fires: '70m',
    labels: { ...disk, attribute: 'Reallocated_Sector_Ct', id: '5' },
    summary: 'The disk /dev/sda Portable A1 of alder has new errors.',
    over: '3600m',
  },
  DiskCableBad: {
    interval: '5m',
    series: {
      [`homecloud_disk_smart_attribute_raw${ofDisk({ attribute: 'UDMA_CRC_Error_Count', id: '199' })}`]: '2x11 5x800',
    },
    quiet: '55m',
    fires: '70m',
    labels: { ...disk, attribute: 'UDMA_CRC_Error_Count', id: '199' },
    summary: 'Data is damaged on the way to the disk /dev/sda Portable of alder, and sent again.',
    over: '3600m',
  },
  DiskWornOut: {
    series: { [`homecloud_disk_wear_ratio${ofDisk()}`]: '0.9x10 0.91x120 0.1x60' },
    quiet: '60m',
    fires: '80m',
    labels: disk,
    summary: 'The solid state disk /dev/sda of alder has used up its life.',
    over: '150m',
  },
  DiskHot: {
    series: {
      [`homecloud_disk_temperature_celsius${ofDisk()}`]: '60x5 64x40 50x30',
      // For an NVMe disk that is little.
      [`homecloud_disk_temperature_celsius${labels({ ...disk, device: '/dev/nvme0n1' })}`]: '74x100',
    },
    quiet: '24m',
    fires: '35m',
    labels: disk,
    summary: 'The disk /dev/sda of alder has 64 °C.',
    over: '60m',
  },
  VirtualIpAbsent: {
    series: {
      'homecloud_virtual_ip_owner{board="alder"}': '1x5 0x20 1x20',
      'homecloud_virtual_ip_owner{board="birch"}': '0x50',
    },
    quiet: '8m',
    fires: '12m',
    labels: {},
    summary: 'No board has the virtual IP: nothing of the home is reached by its name.',
    over: '30m',
  },
  VirtualIpTwice: {
    series: {
      'homecloud_virtual_ip_owner{board="alder"}': '1x50',
      'homecloud_virtual_ip_owner{board="birch"}': '0x5 1x20 0x20',
    },
    quiet: '10m',
    fires: '15m',
    labels: {},
    summary: '2 boards have the virtual IP at once: devices reach now one, now the other.',
    over: '30m',
  },
  VirtualIpFlapping: {
    // Once to the other board and back is a restart.
    series: {
      'homecloud_virtual_ip_taken_total{board="alder"}': '3x60 4x60 4+1x4 8x200',
      'homecloud_virtual_ip_taken_total{board="birch"}': '1x60 2x300',
    },
    quiet: '90m',
    fires: '130m',
    labels: {},
    summary: 'The virtual IP changed its board 4 times within an hour.',
    over: '260m',
  },
  ShareNotServed: {
    series: {
      'kube_deployment_status_replicas_available{namespace="dnas",deployment="dnas-alder"}': '1x5 0x20 1x20',
      'kube_deployment_status_replicas_available{namespace="other",deployment="idle"}': '0x50',
    },
    quiet: '10m',
    fires: '15m',
    labels: { ...board, namespace: 'dnas', deployment: 'dnas-alder' },
    summary: 'The shares of alder are not served.',
    over: '30m',
  },
  ShareServerSilent: {
    series: { 'homecloud_share_server_answers{board="alder",protocol="smb"}': '1x5 0x20 1x20' },
    quiet: '17m',
    fires: '19m',
    labels: { ...board, protocol: 'smb' },
    summary: 'Nothing answers at alder when a computer asks for shares by smb.',
    over: '30m',
  },
  CertificateNotReady: {
    series: {
      'certmanager_certificate_ready_status{name="home",exported_namespace="traefik",condition="True"}':
        '1x5 0x180 1x30',
      'certmanager_certificate_ready_status{name="home",exported_namespace="traefik",condition="False"}':
        '0x5 1x180 0x30',
    },
    quiet: '120m',
    fires: '130m',
    labels: { name: 'home', exported_namespace: 'traefik' },
    summary: 'The certificate home cannot be had, or not anew.',
    over: '200m',
  },
  CertificateEnding: {
    series: {
      // 15 days, then 10 from the start; the certificate that Traefik makes itself does not count.
      'traefik_tls_certs_not_after{cn="manor.example.net",sans="*.manor.example.net"}':
        '1296000x10 864000x90 7776000x60',
      'traefik_tls_certs_not_after{cn="TRAEFIK DEFAULT CERT"}': '86400x200',
    },
    quiet: '60m',
    fires: '80m',
    labels: { cn: 'manor.example.net', sans: '*.manor.example.net' },
    summary: 'The certificate of manor.example.net*.manor.example.net ends in 10 days.',
    over: '120m',
  },
  ClusterCertificateEnding: {
    series: {
      'k3s_certificate_expiration_seconds{board="alder",subject="CN=kubelet",usages="ServerAuth"}':
        '3000000x10 1728000x90 31536000x60',
    },
    quiet: '60m',
    fires: '80m',
    labels: { ...board, subject: 'CN=kubelet', usages: 'ServerAuth' },
    summary: 'A certificate of k3s on alder ends in 20 days: CN=kubelet.',
    over: '120m',
  },
  FluxFailing: {
    // Tried again and again, it is unknown in between.
    series: {
      [gotk('True')]: '1x5 _x60 1x30',
      [gotk('False')]: '_x6 1x9 _x9 1x40 stale',
      [gotk('Unknown')]: '_x16 1x8 stale',
    },
    quiet: '34m',
    fires: '45m',
    labels: { customresource_kind: 'HelmRelease', exported_namespace: 'traefik', name: 'traefik' },
    summary: 'Flux cannot bring HelmRelease traefik/traefik to what Git says.',
    over: '80m',
  },
  NotOnEachBoard: {
    series: {
      'kube_daemonset_status_desired_number_scheduled{namespace="traefik",daemonset="traefik"}': '3x100',
      // A new version, of which the board that is away gets nothing; then also another board does not.
      'kube_daemonset_status_updated_number_scheduled{namespace="traefik",daemonset="traefik"}': '3x5 2x40 1x40 2x20',
      'kube_node_status_condition{node="alder",condition="Ready",status="true"}': '0x100',
      'kube_node_status_condition{node="birch",condition="Ready",status="true"}': '1x100',
    },
    quiet: '70m',
    fires: '80m',
    labels: { namespace: 'traefik', daemonset: 'traefik' },
    summary: 'Boards that are there run an old version of traefik/traefik.',
    over: '95m',
  },
  FluxUnseen: {
    series: { 'gotk_resource_info{customresource_kind="Kustomization",name="a",ready="True"}': '1x5 stale _x60 1x30' },
    quiet: '34m',
    fires: '45m',
    labels: { customresource_kind: 'Kustomization' },
    summary: 'Nothing is known of Flux: it may not follow Git any more.',
    over: '80m',
  },
  PodNotReady: {
    series: {
      [`kube_pod_status_phase${labels({ ...pod, phase: 'Running' })}`]: '1x100',
      [`kube_pod_status_ready${labels({ ...pod, condition: 'true' })}`]: '1x5 0x40 1x60',
      // What has done its work is not ready, and is well.
      'kube_pod_status_phase{namespace="dnas",pod="job-1",phase="Succeeded"}': '1x100',
      'kube_pod_status_ready{namespace="dnas",pod="job-1",condition="true"}': '0x100',
      [`kube_pod_info${labels({ ...pod, ...board, uid: '1' })}`]: '1x100',
    },
    quiet: '34m',
    fires: '40m',
    labels: { ...pod, ...board, phase: 'Running' },
    summary: 'dnas/dnas-alder-1 does not run.',
    over: '70m',
  },
  OutOfMemory: {
    series: {
      [`kube_pod_container_status_restarts_total${labels(container)}`]: '0x10 1x150',
      [`kube_pod_container_status_last_terminated_reason${labels({ ...container, reason: 'OOMKilled' })}`]:
        '_x10 1x150',
      // Ended in another way.
      'kube_pod_container_status_restarts_total{namespace="dnas",pod="b",container="b"}': '0x10 1x150',
    },
    quiet: '10m',
    fires: '13m',
    labels: container,
    summary: 'dnas/dnas-alder-1 (samba) was killed: it needed more memory than it may have.',
    over: '100m',
  },
  VolumeFilling: {
    series: {
      [`kubelet_volume_stats_available_bytes${labels(volume)}`]: '300x5 80x60 300x30',
      [`kubelet_volume_stats_capacity_bytes${labels(volume)}`]: '1000x200',
    },
    quiet: '34m',
    fires: '45m',
    labels: volume,
    summary: 'The volume nextcloud/database has 8% free.',
    over: '80m',
  },
  LonghornVolumeDegraded: {
    series: {
      'longhorn_volume_robustness{volume="pvc-1",pvc="data",state="degraded"}': '0x5 1x60 0x30',
      'longhorn_volume_robustness{volume="pvc-1",pvc="data",state="healthy"}': '1x5 0x60 1x30',
    },
    quiet: '34m',
    fires: '45m',
    labels: { volume: 'pvc-1', pvc: 'data', state: 'degraded' },
    summary: 'The volume pvc-1 data has a copy less than it should.',
    over: '80m',
  },
  LonghornVolumeFaulted: {
    series: { 'longhorn_volume_robustness{volume="pvc-1",pvc="data",state="faulted"}': '0x5 1x20 0x20' },
    quiet: '7m',
    fires: '10m',
    labels: { volume: 'pvc-1', pvc: 'data', state: 'faulted' },
    summary: 'The volume pvc-1 data has no copy that works: what uses it stands still.',
    over: '30m',
  },
  LonghornDiskFilling: {
    series: {
      'longhorn_disk_usage_bytes{node="alder",disk="default"}': '700x5 850x60 700x30',
      'longhorn_disk_capacity_bytes{node="alder",disk="default"}': '1000x100',
    },
    quiet: '34m',
    fires: '45m',
    labels: { node: 'alder', disk: 'default' },
    summary: 'The Longhorn disk of alder is 85% full.',
    over: '80m',
  },
  BackupLate: {
    // The volume of photos stands still; that of films has a backup that is new; the cache is to have none any more.
    interval: '1h',
    series: {
      'longhorn_volume_last_backup_at{node="alder",volume="pvc-1",pvc="data",pvc_namespace="nextcloud"}': `0x2 ${hour}x80 ${100 * hour}x20`,
      'longhorn_volume_state{node="alder",volume="pvc-1",pvc="data",state="attached"}': '1x200',
      'longhorn_volume_last_backup_at{node="alder",volume="pvc-2",pvc="photos",pvc_namespace="app-photos"}': `${hour}x200`,
      'longhorn_volume_state{node="alder",volume="pvc-2",pvc="photos",state="attached"}': '0x200',
      'longhorn_volume_last_backup_at{node="birch",volume="pvc-3",pvc="films",pvc_namespace="app-films"}': `0+${hour}x200`,
      'longhorn_volume_state{node="birch",volume="pvc-3",pvc="films",state="attached"}': '1x200',
      [ofCache('last_backup_at')]: `${hour}x200`,
      [ofCache('state', { state: 'attached' })]: '1x200',
    },
    quiet: '49h',
    fires: '55h',
    labels: { volume: 'pvc-1', pvc: 'data', pvc_namespace: 'nextcloud' },
    summary: 'The last backup of the volume nextcloud/data is 54 hours old.',
    over: '90h',
  },
  BackupMissing: {
    // The cache is to have none.
    interval: '1h',
    series: {
      'longhorn_volume_last_backup_at{node="alder",volume="pvc-1",pvc="data",pvc_namespace="nextcloud"}': `0x60 ${60 * hour}x40`,
      'longhorn_volume_state{node="alder",volume="pvc-1",pvc="data",state="attached"}': '1x100',
      [ofCache('last_backup_at')]: '0x100',
      [ofCache('state', { state: 'attached' })]: '1x100',
    },
    quiet: '47h',
    fires: '49h',
    labels: { volume: 'pvc-1', pvc: 'data', pvc_namespace: 'nextcloud' },
    summary: 'The volume nextcloud/data has never had a backup.',
    over: '70h',
  },
  TargetDown: {
    series: { 'up{job="kube-state-metrics",instance="a:8080",namespace="observability"}': '1x5 0x40 1x30' },
    quiet: '24m',
    fires: '30m',
    labels: { job: 'kube-state-metrics', instance: 'a:8080', namespace: 'observability' },
    summary: 'kube-state-metrics (a:8080) gives no measurements: alerts about it are blind.',
    over: '60m',
  },
  AlertsNotSent: {
    series: {
      // The internet is away for a few minutes, then for an hour.
      'alertmanager_notifications_failed_total{integration="webhook",reason="other"}': '0x10 0+1x5 5x40 5+1x60 65x60',
      'alertmanager_notifications_failed_total{integration="email",reason="other"}': '0x200',
    },
    quiet: '80m',
    fires: '100m',
    labels: { integration: 'webhook' },
    summary: 'Alerts could not be sent by webhook.',
    over: '150m',
  },
  RulesFailing: {
    series: { 'prometheus_config_last_reload_successful{instance="a:9090"}': '1x5 0x30 1x30' },
    quiet: '19m',
    fires: '25m',
    labels: { instance: 'a:9090' },
    summary: 'Prometheus or Alertmanager cannot use its rules or its configuration: alerts may be missing.',
    over: '50m',
  },
};

/** Other ways to the same alerts: only that they fire. */
export const furtherCases = {
  BoardMeasurementsOld: {
    // The board never had any.
    series: freshElsewhere('homecloud.prom'),
    fires: '15m',
    labels: board,
    summary: 'alder does not tell about its disks and its power any more.',
  },
  SyncMeasurementsOld: {
    series: freshElsewhere('homecloud-syncthing.prom'),
    fires: '15m',
    labels: board,
    summary: 'alder does not tell about the sync of its shares any more.',
  },
  VdirMeasurementsOld: {
    series: {},
    fires: '15m',
    labels: board,
    summary: 'alder does not tell about contacts and calendars any more.',
  },
  NextcloudBackupLate: {
    // None ever came to its end.
    interval: '1h',
    series: { [`kube_cronjob_created${labels(ofBackup)}`]: '0x100' },
    fires: '60h',
    labels: ofBackup,
    summary: 'The last dump of the database of Nextcloud that could be loaded is 60 hours old.',
  },
  SyncPeerUnseen: {
    interval: '1h',
    series: { [seen('cabin', 'offsite')]: '0x100', [seen('anna/anna-phone', 'person')]: '0x100' },
    fires: '80h',
    labels: { ...board, device: 'cabin', kind: 'offsite' },
    summary: 'alder has not seen cabin for 3d 8h 0m 0s.',
  },
  ClockWrong: {
    series: { 'node_time_seconds{board="alder"}': '0+60x5 400+60x60' },
    fires: '45m',
    labels: board,
    summary: 'The clock of alder is not set.',
  },
  DiskFilling: {
    series: {
      [`node_filesystem_avail_bytes${labels(ofSystem)}`]: '390-0.3x400',
      [`node_filesystem_size_bytes${labels(ofSystem)}`]: '1000x400',
    },
    fires: '200m',
    labels: ofSystem,
    summary: '/ of alder is nearly full, or will be within two days.',
  },
  LonghornVolumeDegraded: {
    // Of Longhorn before the label.
    series: { 'longhorn_volume_robustness{volume="pvc-1",node="alder"}': '2x60' },
    fires: '45m',
    labels: { volume: 'pvc-1' },
    summary: 'The volume pvc-1  has a copy less than it should.',
  },
  FluxFailing: {
    // Of what a board alone runs: when it is away, its own alert stands for it.
    series: {
      'gotk_resource_info{customresource_kind="Kustomization",exported_namespace="flux-system",name="apps-dnas-alder",ready="False"}':
        '1x60',
    },
    fires: '45m',
    labels: {
      ...{ ...board, customresource_kind: 'Kustomization', exported_namespace: 'flux-system' },
      name: 'apps-dnas-alder',
    },
    summary: 'Flux cannot bring Kustomization flux-system/apps-dnas-alder to what Git says.',
  },
  PodNotReady: {
    series: {
      [`kube_pod_container_status_waiting_reason${labels({ ...container, reason: 'ImagePullBackOff' })}`]: '1x60',
      // No board has it.
      [`kube_pod_info${labels(pod)}`]: '1x60',
    },
    fires: '45m',
    labels: pod,
    summary: 'dnas/dnas-alder-1 does not run.',
  },
  VirtualIpAbsent: {
    series: {},
    fires: '5m',
    labels: {},
    summary: 'No board has the virtual IP: nothing of the home is reached by its name.',
  },
};
