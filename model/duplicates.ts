import { formatPath, type Path, type RuleFinding } from './problems.ts';

/** A value that may have one owner only. */
interface Entry {
  readonly path: Path;
  readonly key: string | number;
  /** How the message names the value. */
  readonly what: string;
}

/**
 * One finding for each entry whose key an earlier entry has too.
 * @param told keys that are wrong for another reason, which was told: once is enough
 */
export function* duplicates(
  entries: Iterable<Entry>,
  hint: string,
  told: ReadonlySet<string | number> = new Set(),
): Generator<RuleFinding> {
  const first = new Map<string | number, Path>();
  for (const { path, key, what } of entries) {
    const other = first.get(key);
    if (other === undefined) first.set(key, path);
    else if (!told.has(key))
      yield { path, other, message: `${what} is already used by ${formatPath(other)}`, hint, isEitherWrong: true };
  }
}
