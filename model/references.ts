import { type Finding, formatPath, listed, type Path } from './problems.ts';

/** A value that names something of another list. */
interface Reference {
  readonly path: Path;
  readonly value: string;
}

/** What is wrong with a reference; references of one key are wrong for one reason. */
interface Verdict extends Pick<Finding, 'message' | 'hint'> {
  readonly key: string;
}

/** One finding for each reason, however often it is met: it is one mistake. */
export function* eachOnce(
  references: readonly Reference[],
  judge: (value: string) => Verdict | undefined,
): Generator<Finding> {
  const found = new Map<string, { readonly verdict: Verdict; readonly paths: Path[] }>();
  const verdicts = new Map<string, Verdict | undefined>();
  for (const { path, value } of references) {
    if (!verdicts.has(value)) verdicts.set(value, judge(value));
    const verdict = verdicts.get(value);
    if (verdict === undefined) continue;
    const same = found.get(verdict.key);
    if (same === undefined) found.set(verdict.key, { verdict, paths: [path] });
    else same.paths.push(path);
  }
  for (const { verdict, paths } of found.values()) {
    const [path = [], ...more] = paths;
    const also = more.length === 0 ? '' : `; the same at ${listed(more.map(formatPath))}`;
    yield { path, message: `${verdict.message}${also}`, hint: verdict.hint };
  }
}
