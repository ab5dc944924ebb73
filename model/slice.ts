import type { BoardConfig } from './boards.ts';
import type { Config } from './config.ts';
import type { HostName, Namespace } from './model.ts';
import type { Requirements } from './requirements.ts';
import type { Rule } from './rules.ts';
import type { Secret } from './secrets.ts';

/** The part of the model that one capability or concern owns: what it judges, and what it asks of the home. */
export interface Slice {
  readonly name: string;
  readonly rules?: readonly Rule[];
  readonly namespaces?: (config: Config) => readonly Namespace[];
  readonly hostNames?: (config: Config) => readonly HostName[];
  readonly secrets?: (config: Config) => readonly Secret[];
  /** What it asks of one board. */
  readonly requirements?: (config: Config, board: BoardConfig) => Partial<Requirements>;
}
