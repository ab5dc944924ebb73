import type { Architecture, hardware } from '../boards.ts';
import type { Amount } from '../capacity.ts';
import type { Requirements } from '../requirements.ts';
import type { Disk } from './disks.ts';
import type { DnasInstance } from './dnas.ts';
import type { BoardK3s } from './k3s.ts';
import type { SyncInstance } from './syncthing.ts';
import type { Vdir } from './vdirs.ts';

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
