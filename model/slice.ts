import type { BoardConfig } from './boards.ts';
import type { Pods } from './capacity.ts';
import type { Config } from './config.ts';
import type { Flow } from './flows.ts';
import type { Claim, HostName, Namespace } from './model.ts';
import type { Requirements } from './requirements.ts';
import type { Rule } from './rules.ts';
import type { Secret } from './secrets.ts';

/** The part of the model that one capability or concern owns: what it judges, and what it asks of the home. */
export interface Slice {
  readonly name: string;
  readonly rules?: readonly Rule[];
  readonly namespaces?: (config: Config) => readonly Namespace[];
  readonly hostNames?: (config: Config) => readonly HostName[];
  /** Connections that it needs. */
  readonly flows?: (config: Config) => readonly Flow[];
  /** Pods that the scheduler places wherever there is room; those of a certain board are among its requirements. */
  readonly pods?: (config: Config) => readonly Pods[];
  /** Of the admin's Helm values, what is not looked at for these pods and containers: paths in the config. */
  readonly uncounted?: (config: Config) => readonly string[];
  /** Claims whose volumes Longhorn makes, and no backup of it has, on purpose. */
  readonly withoutBackup?: (config: Config) => readonly Claim[];
  readonly secrets?: (config: Config) => readonly Secret[];
  /** What it asks of one board. */
  readonly requirements?: (config: Config, board: BoardConfig) => Partial<Requirements>;
}
