import type { Config } from '../config.ts';
import type { Resources } from '../resources.ts';

/** The storage classes of Longhorn. */
export interface StorageClasses {
  /** The default: as many copies as the home has. */
  readonly replicated: string;
  /** One copy, for what has copies of its own or can be made anew. */
  readonly single: string;
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
