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
