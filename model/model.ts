import type { Pin, PinName } from '../imports/versions.ts';
import type { Architecture, hardware } from './boards.ts';
import type { Amount, Pods } from './capacity.ts';
import type { Config } from './config.ts';
import type { Flow } from './flows.ts';
import type { ChartFunction } from './own.ts';
import type { KubernetesObject, Layer } from './own-objects.ts';
import type { Priority } from './priorities.ts';
import type { Path } from './problems.ts';
import type { Requirements } from './requirements.ts';
import type { Resources } from './resources.ts';
import type { Secret } from './secrets.ts';

/**
 * The home, resolved: every default filled in, every derived fact once, frozen. Synthesizers read it and nothing else.
 * Its lists are in an order of their own (boards by address, people by number, the rest by name), so that the order
 * of the config's lists never shows.
 */
export interface Model {
  /** Version of homecloud, and so of the Ansible collection. */
  readonly version: string;
  readonly home: Home;
  readonly network: Network;
  readonly virtualIp: VirtualIp;
  readonly people: readonly Person[];
  readonly boards: readonly Board[];
  readonly git: Git;
  readonly hardening: Hardening;
  readonly k3s: Cluster;
  readonly traefik: Traefik;
  /** `null` where Traefik serves its own. */
  readonly certificates: Certificates | null;
  readonly names: Names;
  /** `null` where it is off. */
  readonly longhorn: Longhorn | null;
  /** Claims whose volumes Longhorn makes, and no backup of it has, on purpose; by namespace and name. */
  readonly withoutBackup: readonly Claim[];
  /** Pages of the cluster, each `null` where it is off. */
  readonly headlamp: ManagementPage | null;
  readonly portainer: Portainer | null;
  readonly dashboard: ManagementPage | null;
  readonly dnas: Dnas;
  readonly syncthing: Syncthing;
  /** `null` where it is off. */
  readonly nextcloud: Nextcloud | null;
  readonly apps: readonly App[];
  readonly ownApps: readonly OwnApp[];
  readonly own: OwnModel;
  readonly metrics: Metrics;
  /** `null` where the home is not measured. */
  readonly observability: Observability | null;
  readonly namespaces: readonly Namespace[];
  /** Host names that the home's domain has, each with who answers. */
  readonly hostNames: readonly HostName[];
  /** Connections that the home needs, by name. */
  readonly flows: readonly Flow[];
  /** Pods that the scheduler places, by name. */
  readonly pods: readonly Pods[];
  /** Helm values of the admin that are not looked at for what runs: paths in the config, sorted. */
  readonly uncounted: readonly string[];
  readonly secrets: readonly Secret[];
  /** The Secrets of the cluster as they stand encrypted in `secrets/kubernetes/`: copied byte for byte. */
  readonly encryptedSecrets: readonly EncryptedSecret[];
  readonly pins: Readonly<Record<PinName, Pin>>;
}

/** An encrypted file of a Secret. */
export interface EncryptedSecret {
  readonly namespace: string;
  readonly name: string;
  readonly text: string;
}

export interface Home {
  readonly name: string;
  readonly domain: string;
  readonly timeZone: string;
  readonly admin: {
    readonly email: string;
    /** Public keys that new boards get. */
    readonly sshKeys: readonly string[];
  };
}

export interface Network {
  readonly subnet: string;
  readonly gateway: string;
  readonly nameservers: readonly string[];
  readonly dhcp: string | null;
  readonly pods: string;
  readonly services: string;
  readonly firewall: { readonly enabled: boolean; readonly trusted: readonly string[] };
  /** Whether boards with shares announce themselves. */
  readonly discovery: boolean;
  /** Address of the cluster's DNS: the tenth of the service network, as k3s chooses it. */
  readonly clusterDns: string;
}

export interface VirtualIp {
  readonly address: string;
  readonly routerId: number;
  /** Label of the nodes that can own it: those with an API server and the ingress. */
  readonly nodeLabel: string;
}

export interface Person {
  readonly name: string;
  readonly uid: number;
  readonly fullName: string;
  readonly email: string | null;
  /** Bytes. */
  readonly quota: number | null;
  /** As Nextcloud calls it; `null`: everybody chooses. */
  readonly language: string | null;
  /** Of Nextcloud. */
  readonly groups: readonly string[];
  readonly devices: readonly { readonly name: string; readonly syncthing: string }[];
  /** Where the pictures of their phone go; `null`: homecloud has no say in it. */
  readonly photos: Photos | null;
}

export type Photos =
  | {
      readonly by: 'nextcloud';
      readonly share: string;
      /** In Nextcloud, of this person alone: two phones never write one name. */
      readonly folder: string;
    }
  | {
      readonly by: 'syncthing';
      readonly share: string;
      /** Whose camera it is. */
      readonly device: string;
    };

export interface Board extends Requirements {
  readonly name: string;
  readonly address: string;
  readonly hardware: keyof typeof hardware;
  readonly architecture: Architecture;
  /** Bytes. */
  readonly memory: number;
  readonly role: 'server' | 'agent';
  readonly boot: 'sd-card' | 'ssd';
  readonly ssh: { readonly user: string; readonly port: number; readonly hostKeys: readonly string[] };
  readonly disks: readonly Disk[];
  readonly k3s: BoardK3s;
  /** What pods may ask for on it. */
  readonly room: Amount;
  /** VRRP priority and the addresses of the other owners; `null` where the board cannot own the virtual IP. */
  readonly virtualIp: { readonly priority: number; readonly peers: readonly string[] } | null;
  /** What the board serves of the Decentralized NAS; `null` without shares. */
  readonly dnas: DnasInstance | null;
  /** Syncthing on it; `null` without disks for shares. */
  readonly syncthing: SyncInstance | null;
  /** Whose contacts and calendars it keeps the same as files and in Nextcloud; by person. */
  readonly vdirs: readonly Vdir[];
}

export interface Disk {
  readonly name: string;
  readonly device: string;
  readonly purpose: 'dnas' | 'longhorn' | 'backup' | 'system';
  readonly mountPoint: string;
  /**
   * Name of the systemd unit that mounts it, and that services are bound to (`BindsTo=`, `After=`, `WantedBy=`): the
   * unit mounts this very disk and no other, and comes and goes with it.
   */
  readonly mountUnit: string;
  /** File systems that it may have, if homecloud finds one on it; it makes the first. */
  readonly fileSystems: readonly string[];
  readonly mountOptions: readonly string[];
  /** Of its root folder. `mode` in octal digits. */
  readonly owner: { readonly uid: number; readonly gid: number; readonly mode: string };
  /** Serial number of a disk that may be erased. */
  readonly erase: string | null;
}

/** What node-exporter's textfile collector reads on every board. */
export interface Metrics {
  /** Folder of the files `*.prom`. */
  readonly folder: string;
}

/** A volume of a release. */
export interface ReleaseVolume {
  /** Name of its claim. */
  readonly claim: string;
  /** Of its claim: which jobs of Longhorn are for it. */
  readonly labels: Readonly<Record<string, string>>;
  readonly bytes: number;
}

/** How the home is measured and watched. */
export interface Observability {
  readonly namespace: string;
  readonly grafana: {
    readonly host: string;
    readonly adminUser: string;
    readonly secretName: string;
    readonly secretKey: string;
  };
  readonly retentionDays: number;
  readonly volume: ReleaseVolume;
  /** How many Alertmanagers there are, on as many boards. */
  readonly alertmanagers: number;
  readonly receivers: readonly AlertReceiver[];
  /** Secret with the keys of all receivers and of the watcher; `null` where nothing is sent. */
  readonly receiversSecretName: string | null;
  /** Key of that Secret with the address of the outside watcher; `null` without one. */
  readonly watcherKey: string | null;
  /** Namespace of Longhorn; `null` where it is off. */
  readonly longhornNamespace: string | null;
  /** What pods print; `null` where it is not kept. */
  readonly logs: Logs | null;
  readonly resources: Readonly<Record<ObservabilityContainer, Resources>>;
  readonly values: Config['observability']['values'];
}

export interface Logs {
  /** Of its page, which has no login of its own: Traefik asks for the password of the Secret. */
  readonly host: string;
  readonly authSecretName: string;
  readonly port: number;
  readonly retentionDays: number;
  readonly volume: ReleaseVolume;
  readonly resources: Readonly<Record<'store' | 'collector', Resources>>;
}

export type ObservabilityContainer =
  | 'prometheus'
  | 'alertmanager'
  | 'grafana'
  | 'operator'
  | 'configReloader'
  | 'kubeStateMetrics'
  | 'nodeExporter';

/** Who is told about alerts. What it takes to reach them stands in keys of the Secret of all receivers. */
export type AlertReceiver = {
  /** Its kind and its name in the config: `email-alice`. */
  readonly name: string;
  readonly least: 'warning' | 'critical';
  /** Key with the password, the token of the bot, or the address. */
  readonly secretKey: string;
} & (
  | {
      readonly kind: 'email';
      readonly to: string;
      readonly from: string;
      readonly server: string;
      readonly user: string;
    }
  | { readonly kind: 'telegram'; readonly chat: number }
  | {
      readonly kind: 'ntfy' | 'webhook';
      /** Key with the access token; `null` where the server wants none. */
      readonly tokenKey: string | null;
    }
);

/** k3s on one board. */
export interface BoardK3s {
  /** `config.yaml` of k3s, but for what only the boards know: who starts the cluster, and the tokens. */
  readonly config: Readonly<Record<string, unknown>>;
  /** `KubeletConfiguration` that is laid over that of k3s. */
  readonly kubelet: Readonly<Record<string, unknown>>;
  /** `registries.yaml`; `null` where boards do not share images. */
  readonly registries: Readonly<Record<string, unknown>> | null;
  /** Addresses of the other servers, to join at the first start, before the virtual IP answers. */
  readonly joinAddresses: readonly string[];
}

export interface Cluster {
  /** URL of the API server at the virtual IP, in the kubeconfig and for agents. */
  readonly url: string;
  /** Names and addresses that the API server's certificate is valid for. */
  readonly tlsSans: readonly string[];
  /** Copies of the database on the servers' disks. */
  readonly snapshots: { readonly everyHours: number; readonly keep: number };
}

export interface Git {
  readonly url: string;
  /** Board that holds the repository, and its folder there; `null` where a Git server has it. */
  readonly repository: { readonly board: string; readonly path: string } | null;
  readonly branch: string;
  readonly interval: string;
  /** Namespace of Flux. */
  readonly namespace: string;
  /** Name of the source and of the root, the two objects that Flux is started with. */
  readonly rootName: string;
  /** Folder of these two, below `dist/kubernetes` in the repository. */
  readonly clusterFolder: string;
  /** Host keys of the server, where it is reached by ssh. */
  readonly knownHosts: string | null;
  /** Secret that holds the credential of the repository; `null` where everyone can read it. */
  readonly secretName: string | null;
  /** Secret that holds the cluster identity, which opens the encrypted files of the repository. */
  readonly decryptionSecretName: string;
}

export interface Hardening {
  readonly enabled: boolean;
  /** Variables of the DevSec roles that the admin sets, without the settings of the kernel: those are in the boards'. */
  readonly variables: Config['hardening']['variables'];
}

export interface Traefik {
  readonly namespace: string;
  readonly dashboard: { readonly host: string; readonly secretName: string } | null;
  readonly resources: Resources;
  /** Ports of the boards: unencrypted, for the home, and for the outside. */
  readonly ports: { readonly http: number; readonly lan: number; readonly internet: number };
  readonly accessLog: Config['traefik']['accessLog'];
  readonly rateLimits: Readonly<Record<Exposure, RateLimit>>;
  /** Ports of its pods that those lead to. */
  readonly podPorts: { readonly http: number; readonly lan: number; readonly internet: number };
  readonly values: Config['traefik']['values'];
}

/** What one address may ask for. */
export interface RateLimit {
  /** Requests per second, on average. */
  readonly average: number;
  /** Requests at once. */
  readonly burst: number;
}

/** Certificates of the home's host names, and who signs them. */
export interface Certificates {
  /** Namespace of cert-manager. */
  readonly namespace: string;
  /** Name of the ClusterIssuer. */
  readonly issuer: string;
  readonly authority: PrivateAuthority | AcmeAuthority;
  readonly list: readonly Certificate[];
  /** Name servers outside the home. */
  readonly resolvers: readonly string[];
  /** Of the parts of cert-manager; `check` runs once, when it is installed. */
  readonly resources: Readonly<Record<'controller' | 'webhook' | 'cainjector' | 'check', Resources>>;
  readonly values: Config['certificates']['values'];
}

/** A certificate, kept in a Secret that cert-manager makes. */
export interface Certificate {
  readonly name: string;
  readonly secretName: string;
  readonly namespace: string;
  readonly dnsNames: readonly string[];
}

/** An authority of the home itself. */
export interface PrivateAuthority {
  readonly kind: 'private-ca';
  readonly secretName: string;
  /** Its root in PEM, which people install on their devices; `null` before it is made. */
  readonly root: string | null;
}

/** A public authority that is asked by ACME (RFC 8555). */
export interface AcmeAuthority {
  readonly kind: 'acme';
  /** URL of its directory. */
  readonly server: string;
  readonly email: string;
  /** Secret with the key of the account, which cert-manager makes. */
  readonly accountSecretName: string;
  readonly proof:
    | { readonly by: 'http' }
    | {
        readonly by: 'dns';
        readonly provider: DnsProvider;
        readonly credential: { readonly secretName: string; readonly key: string };
      };
}

/** Who hosts the public zone of the home. */
export type DnsProvider =
  | { readonly kind: 'cloudflare' | 'digitalocean' }
  | {
      readonly kind: 'route53';
      readonly accessKeyId: string;
      readonly region: string;
      readonly hostedZoneId: string | null;
    }
  | {
      readonly kind: 'rfc2136';
      readonly nameserver: string;
      readonly keyName: string;
      readonly algorithm: 'HMACSHA256' | 'HMACSHA512';
    }
  | { readonly kind: 'acme-dns'; readonly server: string };

/** How devices at home find the host names. */
export interface Names {
  /** Who answers for them. */
  readonly by: 'router' | 'boards';
  /** Every host name with the address that it leads to at home, in order of name. */
  readonly records: readonly { readonly host: string; readonly address: string }[];
}

/** The storage classes of Longhorn. */
export interface StorageClasses {
  /** The default: as many copies as the home has. */
  readonly replicated: string;
  /** One copy, for what has copies of its own or can be made anew. */
  readonly single: string;
}

/** A PersistentVolumeClaim. */
export interface Claim {
  readonly namespace: string;
  readonly name: string;
}

export interface Longhorn {
  readonly namespace: string;
  /** Of its page, which has no login of its own: Traefik asks for the password of the Secret. */
  readonly host: string;
  readonly authSecretName: string;
  /** Mount point of its disk on each board that has one. */
  readonly dataPath: string;
  /** How many boards have a disk for it. */
  readonly boards: number;
  /** Copies of a volume of the default class. */
  readonly replicas: number;
  readonly storageClasses: StorageClasses;
  /** What is done with every volume again and again. */
  readonly jobs: readonly RecurringJob[];
  /** Copies of volumes outside the cluster; `null` where there are none. */
  readonly backup: LonghornBackup | null;
  readonly resources: Readonly<Record<LonghornContainer, Resources>>;
  readonly values: Config['longhorn']['values'];
}

/** `imagePull`: what only waits, so that its image is there. */
export type LonghornContainer = 'manager' | 'imagePull' | 'page' | 'deployer' | 'csiPlugin' | 'csiSidecar';

export interface LonghornBackup {
  readonly target: string;
  /** Secret with the credential; `null` where none is needed. */
  readonly secretName: string | null;
  /** Hours after which a volume must have a newer backup. */
  readonly lateHours: number;
}

export interface RecurringJob {
  readonly name: string;
  readonly task: 'snapshot' | 'filesystem-trim' | 'backup';
  /** Groups of volumes that it is for. */
  readonly groups: readonly string[];
  /** In the time zone of the boards. */
  readonly cron: string;
  /** Snapshots or backups of a volume that are kept; 0 for tasks that make none. */
  readonly retain: number;
  readonly parameters: Readonly<Record<string, string>>;
}

/** A web page of the cluster, for the home only. */
export interface ManagementPage {
  readonly namespace: string;
  readonly host: string;
  readonly resources: Resources;
  readonly values: Config['management']['headlamp']['values'];
}

export interface Portainer extends ManagementPage {
  /** Bytes of its volume. */
  readonly size: number;
  /** Secret with the admin's password, in the key `password`. */
  readonly secretName: string;
}

/** A volume of Nextcloud. */
export interface NextcloudClaim {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Which jobs of Longhorn are for it. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface Nextcloud {
  readonly namespace: string;
  readonly host: string;
  /** Where people reach it: `https://nextcloud.cloud.example.org`, without a slash at its end. */
  readonly url: string;
  /** Of the pods and of their services. */
  readonly ports: { readonly web: number; readonly database: number; readonly cache: number };
  readonly adminUser: string;
  /** Of the first account. */
  readonly adminEmail: string;
  /** Secret with all passwords, and the key of each. */
  readonly secretName: string;
  readonly secretKeys: Readonly<Record<'admin' | 'database' | 'cache' | 'mail', string>>;
  readonly claims: { readonly files: NextcloudClaim; readonly database: NextcloudClaim };
  readonly database: { readonly name: string; readonly user: string; readonly host: string };
  readonly cache: { readonly host: string };
  /** Two letters of ISO 3166-1; `null`: none is assumed. */
  readonly phoneRegion: string | null;
  /** In UTC. */
  readonly maintenanceHour: number;
  /** Bytes. */
  readonly uploadLimit: number;
  /** `null`: it sends none. */
  readonly mail: {
    readonly from: string;
    readonly server: string;
    readonly port: number;
    readonly user: string;
  } | null;
  /** Whether it reaches the internet. */
  readonly internet: boolean;
  /** Links for guests. */
  readonly links: {
    readonly enabled: boolean;
    readonly password: boolean;
    /** How long one holds at most. */
    readonly days: number;
    /** Whether guests may put files into a folder. */
    readonly uploads: boolean;
    /** Whether they open in the home network alone. */
    readonly isForHomeOnly: boolean;
  };
  /** Whether the app Memories is there. */
  readonly gallery: boolean;
  /** That are not on by themselves, sorted. */
  readonly apps: readonly string[];
  readonly secondFactor: 'nobody' | 'admins' | 'everybody';
  /** Networks of those who may say for whom they ask: of Traefik. */
  readonly proxies: readonly string[];
  /** Network of Prometheus. */
  readonly measuredFrom: string;
  readonly shares: NextcloudShares;
  /** Dumps of the database onto the volume of the files. */
  readonly backup: {
    /** In the time zone of the home. */
    readonly schedule: string;
    readonly timeZone: string;
    readonly keep: number;
    /** Seconds for which Nextcloud is in maintenance mode at most. */
    readonly limit: number;
    /** How old the last one may be. */
    readonly lateHours: number;
  };
  readonly resources: Readonly<Record<'server' | 'cron' | 'database' | 'cache' | 'backup', Resources>>;
}

/** The shares that Nextcloud shows. */
export interface NextcloudShares {
  /** Folder below which each board mounts them, by their names; in the pods, too. */
  readonly folder: { readonly onBoard: string; readonly inPod: string };
  /** Of the volume and its claim. */
  readonly volume: string;
  /** File of each by which its disk is known, below its root. */
  readonly marker: string;
  /** File beside it that tells in which folders something changed. */
  readonly changes: string;
  /** Seconds after which Samba has let go of a disk that was pulled. */
  readonly patience: number;
  readonly list: readonly NextcloudShare[];
}

export interface NextcloudShare {
  readonly name: string;
  /** Whose copy it is. */
  readonly board: string;
  readonly disk: string;
  /** Samba's name of the share for Nextcloud alone: `//192.168.1.11/photos.nextcloud`. */
  readonly source: string;
  readonly people: readonly string[];
}

export interface Dnas {
  readonly namespace: string;
  /** Owner of all files of all shares, on every board. */
  readonly owner: { readonly name: string; readonly uid: number; readonly gid: number };
  /** Folder that holds the mount points of all dnas disks of a board. */
  readonly root: string;
  /**
   * Name of the file in the root of each disk of the home, made once when the disk is formatted or adopted. Where it
   * is missing, the disk is away, or another one is in its place.
   */
  readonly marker: string;
  /** Of the pods, and of the boards on which they run (design, "Identities and ports"). */
  readonly ports: { readonly smb: number; readonly nfs: number };
  /** Secret with one key per person: the password. */
  readonly usersSecretName: string;
  /** Account of Nextcloud, which opens what is made for it and nothing else; its key in that Secret is its name. */
  readonly nextcloudUser: { readonly name: string; readonly uid: number };
  readonly sambaResources: Resources;
  readonly nfsResources: Resources;
}

/** What one board serves of the Decentralized NAS. */
export interface DnasInstance {
  /** Mount points of the disks that hold its shares. */
  readonly mountPoints: readonly string[];
  readonly shares: readonly InstanceShare[];
  /** Disks with shares whose copy Nextcloud opens: it is told what changes there. */
  readonly watchedDisks: readonly WatchedDisk[];
  /** People who may use a share of it by SMB. */
  readonly people: readonly Person[];
}

export interface WatchedDisk {
  readonly name: string;
  readonly mountPoint: string;
  readonly mountUnit: string;
  readonly shares: readonly { readonly name: string; readonly path: string }[];
}

export interface InstanceShare {
  readonly name: string;
  /** Mount point of the disk that holds it. */
  readonly mountPoint: string;
  /** Folder on the board. */
  readonly path: string;
  /** Names of those who may read and write it. */
  readonly people: readonly string[];
  readonly smb: {
    /** Whether whoever is at home may read. */
    readonly guests: boolean;
    /** Days that deleted files are kept. */
    readonly recycleDays: number | null;
    /** Bytes that backups of Macs may take; `null`: it is not for them. */
    readonly timeMachineSize: number | null;
  } | null;
  readonly nfs: { readonly exportId: number; readonly clients: readonly string[]; readonly readOnly: boolean } | null;
  /** The share by which Nextcloud opens it; `null`: it does not open this copy. */
  readonly nextcloud: {
    readonly name: string;
    readonly marker: string;
    /** Days that files are kept which were deleted in Nextcloud. */
    readonly recycleDays: number;
  } | null;
}

/** Syncthing of the home. */
export interface Syncthing {
  /** Whether it uses what the Syncthing project runs for all, and what that learns of the home. */
  readonly relays: boolean;
  readonly globalDiscovery: boolean;
  readonly natTraversal: boolean;
  /** Whether the outside reaches the boards through the router's forward. */
  readonly fromOutside: boolean;
  /** What becomes of folders and devices that nobody declared. */
  readonly unknown: 'report' | 'keep' | 'remove';
  /** TCP and UDP, on every board. */
  readonly port: number;
}

/** Contacts and calendars of a person as files of a share, an item each (the vdir storage format of pimutils). */
export interface Vdir {
  readonly person: string;
  readonly share: string;
  /** Folder of the share. */
  readonly folder: string;
  /** Of the disk that holds it, and the unit that mounts it. */
  readonly mountPoint: string;
  readonly mountUnit: string;
}

/** Syncthing of one board. */
export interface SyncInstance {
  /** Who the board is among its peers; `null` before its identity is made. */
  readonly deviceId: string | null;
  readonly folders: readonly SyncFolder[];
  /** All peers of its folders. */
  readonly devices: readonly SyncDevice[];
}

export interface SyncFolder {
  /** The same on every device, whatever the config's order. */
  readonly id: string;
  /** Of the share. */
  readonly name: string;
  /** Mount point of the disk that holds it. */
  readonly mountPoint: string;
  readonly path: string;
  readonly type: 'send-receive' | 'send-only' | 'receive-only';
  readonly devices: readonly { readonly id: string; readonly isEncrypted: boolean }[];
  readonly versioning: { readonly kind: 'staggered' | 'trash-can' | 'none'; readonly days: number };
  /** Patterns of Syncthing. */
  readonly ignore: readonly string[];
  readonly maxConflicts: number;
}

export interface SyncDevice {
  readonly id: string;
  /** `oak`, `alice/alice-phone`. */
  readonly name: string;
  /** `offsite`: it is not trusted, and has what is encrypted only. */
  readonly kind: 'board' | 'person' | 'offsite';
  /** `dynamic`: where discovery finds it. */
  readonly addresses: readonly string[];
}

/** A web app of the admin. */
export interface App {
  readonly name: string;
  readonly namespace: string;
  readonly image: Pin;
  readonly command: readonly string[] | null;
  readonly environment: Readonly<Record<string, string>>;
  readonly port: number;
  /** Path that answers while it is well; `null`: an open port is enough. */
  readonly health: string | null;
  readonly host: string;
  /** Number of its user and group. */
  readonly user: number;
  readonly replicas: number;
  readonly priority: Priority;
  readonly resources: Resources;
  readonly storage: readonly (AppVolume & { readonly path: string })[];
  readonly writable: readonly string[];
  readonly secrets: readonly AppSecret[];
  /** Where it gives figures to Prometheus; `null` where nobody asks. */
  readonly metrics: { readonly port: number; readonly path: string } | null;
}

/** A volume of an app of the admin. */
export interface AppVolume {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly storageClass: string | null;
  /** Of its claim: which jobs of Longhorn are for it. */
  readonly labels: Readonly<Record<string, string>>;
}

/** A value that a program reads as a variable of its environment, or in a file. */
export interface AppSecret {
  /** The key of the Secret. */
  readonly key: string;
  readonly variable: string | null;
  /** Path of the file in the container. */
  readonly file: string | null;
}

/** An app of the admin that comes as a chart: what the home does for it. */
export interface OwnApp {
  readonly name: string;
  readonly namespace: string;
  /** `null` where it has no web pages. */
  readonly page: {
    readonly host: string;
    readonly service: string;
    readonly port: number;
    /** Of the pods that the service leads to. */
    readonly podPort: number;
  } | null;
  readonly hasSecrets: boolean;
  readonly storage: readonly AppVolume[];
  /** Where its pods give figures to Prometheus; `null` where nobody asks. */
  readonly metrics: { readonly port: number; readonly path: string } | null;
  /** `null` for a chart of cdk8s, whose objects are among `own`. */
  readonly release: {
    readonly chart: Pin;
    readonly values: object;
    /** Memory of a container for which the chart says nothing. */
    readonly containerLimit: string;
  } | null;
}

/** What the admin adds: objects and charts, each in a folder of its own, and changes of our objects. */
export interface OwnModel {
  readonly folders: readonly OwnFolder[];
  readonly patches: readonly OwnPatch[];
}

export type OwnFolder = {
  /** Its folder is `<layer>/own/<name>`. */
  readonly name: string;
  readonly layer: Layer;
  /** The key of the config that brings it. */
  readonly path: Path;
} & (
  | { readonly objects: readonly KubernetesObject[] }
  | {
      readonly chart: ChartFunction;
      /** Whether it is one of `ownApps`. */
      readonly isApp: boolean;
    }
);

export type OwnPatch = Config['kustomize']['patches'][number] & { readonly path: Path };

/** Levels of the Pod Security Standards. */
export type PodSecurity = 'privileged' | 'baseline' | 'restricted';

export interface Namespace {
  readonly name: string;
  readonly capability: string;
  readonly podSecurity: PodSecurity;
  /** Why it needs more than `restricted`. */
  readonly reason: string | null;
  /** Directions in which its pods are free where no flow is said, and why. @default none */
  readonly open?: { readonly directions: readonly Direction[]; readonly reason: string };
}

/** Of connections, as a network policy names them: to pods, and from them. */
export type Direction = 'Ingress' | 'Egress';

/** Where a route is reached from: at home, or also from the outside through the router's forward. */
export type Exposure = 'lan' | 'internet';

export interface HostName {
  readonly host: string;
  readonly capability: string;
  readonly exposures: readonly Exposure[];
}
