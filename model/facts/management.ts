import type { Config } from '../config.ts';
import type { Resources } from '../resources.ts';

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
