import { isDeepStrictEqual } from 'node:util';
import { indexed, type Known } from './pattern.ts';
import { type Finding, formatPath, type Path } from './problems.ts';
import { rule } from './rules.ts';
import type { Slice } from './slice.ts';

const entriesAreWrittenOnce = rule({
  code: 'CFG008',
  severity: 'error',
  title: 'no entry of a list is written twice',
  reason: 'it was pasted, and one of the two was meant to be something else',
  reads: ['people[]', 'boards[]', 'boards[].disks[]', 'shares[]'],
  *check({ people, boards, shares }) {
    yield* twice(['people'], people);
    yield* twice(['boards'], boards);
    for (const [index, { disks }] of indexed(boards)) yield* twice(['boards', index, 'disks'], disks);
    yield* twice(['shares'], shares);
  },
});

function* twice(path: Path, list: Known<unknown>): Generator<Finding> {
  const first: (readonly [index: number, entry: unknown])[] = [];
  for (const [index, entry] of indexed(list)) {
    const same = first.find(([, other]) => isDeepStrictEqual(other, entry));
    if (same === undefined) first.push([index, entry]);
    else {
      const other = [...path, same[0]];
      yield {
        path: [...path, index],
        other,
        message: `is the same as ${formatPath(other)}`,
        hint: 'take one of the two away, or write what it was meant to be',
      };
    }
  }
}

/** What holds for the lists of all slices. It comes first: what is pasted would break many rules at once. */
export const entries: Slice = { name: 'entries', rules: [entriesAreWrittenOnce] };
