import type { Resources } from '../resources.ts';
import type { ReleaseVolume } from './observability.ts';

export interface Logs {
  /** Of its page, which has no login of its own: Traefik asks for the password of the Secret. */
  readonly host: string;
  readonly authSecretName: string;
  readonly port: number;
  readonly retentionDays: number;
  readonly volume: ReleaseVolume;
  readonly resources: Readonly<Record<'store' | 'collector', Resources>>;
}
