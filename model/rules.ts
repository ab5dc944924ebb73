import type { Config } from './config.ts';
import type { Pattern, View } from './pattern.ts';
import type { RuleFinding } from './problems.ts';

/** A named check across fields of the config. */
export interface Rule {
  /** Stable, never used again for something else: `NET005`. */
  readonly code: string;
  readonly severity: 'error' | 'warning';
  /** What a home must have, in one line. */
  readonly title: string;
  /** What happens at home when it is broken. */
  readonly reason: string;
  /** Fields that it reads. Where one is unknown because of another problem, its element of a list is left out. */
  readonly reads: readonly Pattern[];
  /** Fields without which nothing can be said: where one of them is unknown, the rule is not judged. */
  readonly readsAll: readonly Pattern[];
  /** Fields outside of lists that it can do without: `undefined` where they are unknown. */
  readonly readsIfKnown: readonly Pattern[];
  /**
   * Whether a value that breaks the rule still says what was meant, so that rules after it may judge it: a reserved
   * name is a name, a network of the wrong size a network. @default false
   */
  readonly keepsValue?: boolean;
  readonly check: (view: never) => Iterable<RuleFinding>;
}

/** What a rule is written as: its check sees only the fields that it declares. */
interface Definition<R extends Pattern, A extends Pattern, M extends Pattern>
  extends Pick<Rule, 'code' | 'severity' | 'title' | 'reason' | 'keepsValue'> {
  readonly reads?: readonly R[];
  readonly readsAll?: readonly A[];
  readonly readsIfKnown?: readonly M[];
  readonly check: (config: View<Config, R | A> & View<Config, M, undefined>) => Iterable<RuleFinding>;
}

export function rule<const R extends Pattern = never, const A extends Pattern = never, const M extends Pattern = never>(
  definition: Definition<R, A, M>,
): Rule {
  return { reads: [], readsAll: [], readsIfKnown: [], ...definition };
}
