import type { Config } from '../config.ts';
import type { Resources } from '../resources.ts';
import type { Logs } from './logs.ts';

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
