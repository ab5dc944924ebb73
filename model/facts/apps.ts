import type { Pin } from '../../imports/versions.ts';
import type { Priority } from '../priorities.ts';
import type { Resources } from '../resources.ts';

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
