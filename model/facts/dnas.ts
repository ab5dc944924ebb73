import type { Resources } from '../resources.ts';
import type { Person } from './people.ts';

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
