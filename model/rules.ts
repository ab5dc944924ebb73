import type { Config, Section } from './config.ts';
import type { Finding } from './problems.ts';

/**
 * A named check across fields of the config. It runs when all sections that it reads are well-formed, so that a
 * mistake in one section never hides, and never causes, a finding about another.
 */
export interface Rule<K extends Section = Section> {
  /** Stable, never used again for something else: `NET005`. */
  readonly code: string;
  readonly severity: 'error' | 'warning';
  /** What a home must have, in one line. */
  readonly title: string;
  /** What happens at home when it is broken. */
  readonly reason: string;
  readonly reads: readonly K[];
  readonly check: (config: Pick<Config, K>) => Iterable<Finding>;
}

/** A rule whose check sees only the sections that it declares. */
export function rule<const K extends Section>(definition: Rule<K>): Rule {
  // The runner hands over the whole config, or does not run the rule: narrowing the parameter is safe.
  return definition as unknown as Rule;
}
