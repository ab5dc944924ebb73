import { rules, staleAcknowledgement } from './check.ts';
import { renderedRules } from './own-rendered.ts';
import { shapeRules } from './schema-problems.ts';

/** What is known to break a home, and what homecloud does about it. */
export type CatalogueEntry = {
  /** Stable, never used again for something else: `NET005`. */
  readonly code: string;
  /** What a home must have, in one line. */
  readonly title: string;
} & (
  | {
      /** Judged at the desk. */
      readonly kind: 'rule';
      readonly severity: 'error' | 'warning';
      /** What happens at home when it is broken. */
      readonly reason: string;
    }
  | {
      /** Nothing that a config can say breaks it: by the shape of the config, or because homecloud derives the fact. */
      readonly kind: 'held';
      readonly reason: string;
    }
  | {
      /** Not judged yet: the option or the fact comes with the issue of that number; `null`: with none so far. */
      readonly kind: 'later';
      readonly issue: number | null;
      readonly reason: string;
    }
);

/** A line: code, what a home must have, why it cannot be broken. */
type Held = readonly [code: string, title: string, reason: string];

const held: readonly Held[] = [
  ['NET006', 'the gateway is in the home network and is no board', 'judged by NET005 and NET008'],
  ['NET011', "the cluster's DNS has an address of the service network", 'it is always the tenth; NET012 leaves room'],
  ['NET016', 'addresses, pods and services are of one IP family', 'all are IPv4: nothing else can be written'],
  ['NET019', 'hardware addresses are unique', 'homecloud knows boards by address and name, never by MAC'],
  ['NODE004', 'groups of Ansible have underscores only', 'the groups are those of the collection'],
  [
    'NODE005',
    'each image runs on the processor of each board',
    'boards are arm64 or amd64, and every pinned image is for both',
  ],
  ['NODE008', 'no taint keeps everything off the boards', 'no board is tainted: a home has no machine to spare'],
  ['NODE010', 'the memory cgroup of a board is on', 'preflight finds it on the boards, before anything is changed'],
  ['NODE011', 'the clock of a board is set', 'preflight finds it on the boards, before anything is changed'],
  ['NODE013', 'the computer of the admin is no board', 'preflight finds it on the boards, before anything is changed'],
  ['K3S003', 'more than one server share one database', 'with more than one server the database is etcd'],
  ['K3S004', "the virtual IP is in the API server's certificate", 'the names of the certificate are derived'],
  ['K3S005', 'boards join through an address that moves', 'agents join at the virtual IP'],
  ['K3S008', 'all boards run the same version of k3s', 'there is one version for all'],
  ['K3S011', "k3s's own Traefik and load balancer are off", 'they always are'],
  [
    'K3S013',
    'the boards can do what the flannel backend needs',
    'they are in one network (NET005) and run Linux 5.15 or newer',
  ],
  ['K3S014', 'the metrics server is there', 'it cannot be turned off'],
  ['VIP001', 'the virtual IP is a free address of the home', 'judged by NET005, NET007, NET008 and NET009'],
  ['VIP004', 'a sick owner always loses the virtual IP', 'its checks are faults, not weights'],
  ['VIP005', 'the virtual IP does not flap back', 'every owner starts as backup, with nopreempt'],
  [
    'VIP006',
    'the virtual IP has an owner',
    'every home has a server (NODE001); with one, it is a stable address for the day of the second',
  ],
  [
    'VIP007',
    'owners of the virtual IP run the API server and the ingress',
    'the owners are the servers, and Traefik runs on each',
  ],
  ['VIP008', 'owners of the virtual IP know each other', 'their lists are derived from the boards'],
  ['VIP009', 'passwords of VRRP have 8 characters at most', 'VRRP version 3 has none (RFC 5798, section 9)'],
  ['VIP010', 'the interface of the virtual IP exists', "the role takes the interface that has the board's address"],
  ['DSK001', 'a disk has a stable name', 'CFG004 at boards[].disks[].device'],
  ['DSK004', 'mount points are absolute and plain', 'they are derived from the purpose and the name of the disk'],
  ['DSK010', 'disks of Longhorn are large enough', 'disks are devices, never files'],
  [
    'LH005',
    'one storage class is the default',
    "with Longhorn it is its own, and k3s's local storage is off; without, that of k3s is the only one",
  ],
  ['LH006', 'boards can mount the volumes of Longhorn', 'packages, modules and the rule for multipathd are derived'],
  [
    'LH010',
    'a board can be drained',
    'copies that stand still do not hold a drain up, and the playbooks leave the processes of Longhorn out',
  ],
  ['LH011', 'a volume of one pod is not shared', 'each of ours has one pod, and APP002 judges those of apps'],
  ['DNAS002', 'one dnas at most opens the ports of a board', 'a board has one instance, for all of its disks'],
  ['DNAS004', 'a server has at most 15 characters for NetBIOS', 'NetBIOS is off'],
  ['DNAS005', 'a share is below its disk, never the disk itself', 'its folder is derived from its name'],
  ['DNAS007', 'all protocols write as one owner', 'the owner is the same on every board'],
  ['DNAS008', 'the owner of the files is no account of somebody else', 'people begin at 2000, and the owner is 1010'],
  ['DNAS011', 'SMB 1 and 2 are refused', 'SMB 3 is the least that is served'],
  [
    'DNAS014',
    'shares are not reachable from the outside',
    'their ports are on the boards, never on the way that a router forwards',
  ],
  ['ST002', 'all boards of a share sync with each other', 'the peers of each board are derived from the shares'],
  ['ST003', 'no synced folder lies inside another', 'each is the folder of a share, beside the others'],
  ['ST005', 'peers that know no owners are told so', 'modes and owners are never synced: each board has its own'],
  ['ST006', "Syncthing's page is for the board only", 'it listens on the loopback address alone'],
  ['ST007', "Syncthing's ports are open", 'they are among the ports of the model, which the firewall has'],
  [
    'ST009',
    'the marker of a folder is made once',
    'it bears the name of its disk and is made when the folder is new, never again',
  ],
  ['ST010', 'the system watches enough files', 'the setting of the kernel is derived'],
  ['ST011', 'no database lies in a synced folder', 'disks for shares hold shares and nothing else'],
  ['ST012', 'nothing about a private home is announced', 'all that tells of it is off until the config turns it on'],
  [
    'ING001',
    'each host name is short enough and has one owner',
    'CFG004 at home.domain; the names below it are derived',
  ],
  [
    'ING002',
    'each port has one owner on a board',
    'the ports are derived, and NODE014 judges the one of SSH; what traefik.values opens is judged with issue 8',
  ],
  [
    'ING003',
    'what a route names exists',
    'a law of the tree; objects that traefik.values adds are judged with issue 8',
  ],
  [
    'ING005',
    'no two services share a raw port',
    'homecloud passes no raw TCP or UDP through the ingress; what traefik.values adds is judged with issue 8',
  ],
  ['TLS004', 'certificates are not kept by Traefik', 'cert-manager keeps them in Secrets, which every board reads'],
  [
    'TLS005',
    'a home that is proven by HTTP is reachable',
    'then the firewall opens port 80 to the outside, and the worksheet lists it for the router',
  ],
  [
    'DNS001',
    'each host name leads to the home',
    'the records of the worksheet, or of the name server on the boards, are the host names of the routes',
  ],
  ['NC002', 'Nextcloud knows its own name', 'its name, and who may ask for others, are derived'],
  ['NC003', 'one Nextcloud writes to a volume', 'there is one, and the next begins when the one before has ended'],
  ['NC004', 'Nextcloud and its database have the same password', 'it is one secret, which both take at each start'],
  [
    'NC007',
    "Nextcloud's folders do not lie inside each other",
    'they are derived: program and files are beside each other',
  ],
  [
    'NC008',
    'Nextcloud sees what others write',
    'it looks through the shares again and again, and tells when it is late',
  ],
  ['NC011', "Nextcloud's jobs run", 'they run beside it, and are started again when none comes to its end'],
  ['OBS004', 'alerts are about what is there', 'rules and dashboards are made from what the home has'],
  ['SEC005', 'hardening leaves the admin a key', 'the role looks for a key before it changes anything'],
  ['SEC006', 'the firewall has the ports of the home', 'they are derived: each capability states its own'],
  ['SEC007', 'a pod has no more rights than its namespace allows', 'a law of the tree'],
  [
    'OUT001',
    'no two objects have one name',
    'a law of the tree; objects that traefik.values adds are judged with issue 8',
  ],
  [
    'OUT002',
    'what an object names exists',
    'a law of the tree; objects that traefik.values adds are judged with issue 8',
  ],
  ['OUT003', 'definitions come before the objects that need them', 'a law of the tree'],
  ['OUT004', 'each folder lists exactly its files', 'a law of the tree'],
  [
    'OUT005',
    'every version is exact',
    'CFG004 at versions, and a law of the tree; what traefik.values overrides is judged with issue 8',
  ],
  [
    'OUT006',
    'no object is too large for the API server',
    'a law of the tree; what traefik.values adds is judged with issue 8',
  ],
  ['OUT008', 'what holds data is never pruned', 'a law of the tree'],
  [
    'CHG005',
    'files of dist/ are not edited by hand',
    'check tells that they differ, and synth which were edited before it writes them anew',
  ],
];

type Later = readonly [code: string, title: string, issue: number | null, reason: string];

const needsTheBoard = 'only the board itself can tell: preflight';
const needsThePast = 'needs the config that was applied last: the verb plan';
const noBackup = 'backup is not available yet';

const later: readonly Later[] = [
  ['NET015', 'all boards have the same MTU', 6, needsTheBoard],
  ['NET017', 'servers and boards with disks are wired', 6, needsTheBoard],
  ['NET018', 'the address of a board is on one interface', 6, needsTheBoard],
  ['K3S009', 'k3s goes up one minor version at a time', 6, 'the playbook upgrade compares with what runs'],
  ['K3S010', 'networks and database of a cluster never change', null, needsThePast],
  ['VIP011', 'the firewall lets VRRP through', 6, 'there is no firewall yet'],
  ['DSK005', 'the file system of a disk keeps owners', 6, needsTheBoard],
  ['DSK007', 'the home starts without a disk that is away', 6, 'disks are not mounted by a role yet'],
  ['DSK008', 'a board can feed its disks', 6, needsTheBoard],
  ['DSK011', 'labels of file systems are unique', 6, 'disks are not formatted by a role yet'],
  ['TLS006', 'first tries use a test authority', null, needsThePast],
  ['LH003', 'volumes fit the disks', null, 'the size of a disk is not in the config'],
  ['LH004', 'no volume shrinks', null, needsThePast],
  ['LH008', 'Longhorn supports the version of k3s', null, 'the pins do; what versions overrides is not compared'],
  ['LH009', 'Longhorn goes up one minor version at a time', null, needsThePast],
  [
    'ING004',
    'pages for the admin ask who is there',
    8,
    'Traefik has its dashboard only, for the home, behind a password',
  ],
  ['NC006', 'the database of Nextcloud stays the same', null, needsThePast],
  ['BK001', 'everything that is kept is backed up', null, noBackup],
  ['BK002', 'a backup is elsewhere', null, noBackup],
  ['BK003', 'a backup is kept long enough', null, noBackup],
  ['BK004', 'backups do not run into each other', null, noBackup],
  ['BK005', 'the key of a backup is not only in the backup', null, noBackup],
  ['BK006', 'a restore is rehearsed', null, noBackup],
  ['BK007', 'an empty home does not overwrite its backup', null, noBackup],
  ['BK008', 'a snapshot of the cluster is kept with its token', null, noBackup],
  ['CHG001', 'a board is emptied before it goes', null, needsThePast],
  ['CHG002', 'a new name is a move of data', null, needsThePast],
  ['CHG003', 'what cannot change is made anew', null, needsThePast],
  ['CHG004', 'one board at a time is restarted', 6, 'the playbooks reboot and upgrade'],
];

/** Every rule of homecloud, and every other known way to break a home, by code. */
export const catalogue: readonly CatalogueEntry[] = [
  ...[...shapeRules, ...rules, ...renderedRules, staleAcknowledgement].map(({ code, severity, title, reason }) => ({
    kind: 'rule' as const,
    code,
    severity,
    title,
    reason,
  })),
  ...held.map(([code, title, reason]) => ({ kind: 'held' as const, code, title, reason })),
  ...later.map(([code, title, issue, reason]) => ({ kind: 'later' as const, code, title, issue, reason })),
].sort((a, b) => (a.code < b.code ? -1 : 1));
