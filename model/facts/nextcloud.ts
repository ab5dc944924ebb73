import type { Resources } from '../resources.ts';

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
  /** People of the home who see it, those of its groups among them. */
  readonly people: readonly string[];
  /** Groups of Nextcloud whose other accounts see it: those that the home does not know. */
  readonly groups: readonly string[];
}
