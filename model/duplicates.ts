import { type Finding, formatPath, type Path } from './problems.ts';

/** A value that may have one owner only. */
interface Entry {
  readonly path: Path;
  readonly key: string | number;
  /** How the message names the value. */
  readonly what: string;
}

/** One finding for each entry whose key an earlier entry has too. */
export function* duplicates(entries: Iterable<Entry>, hint: string): Generator<Finding> {
  const first = new Map<string | number, Path>();
  for (const { path, key, what } of entries) {
    const other = first.get(key);
    if (other === undefined) first.set(key, path);
    else yield { path, other, message: `${what} is already used by ${formatPath(other)}`, hint };
  }
}
