import type { Config, Section } from './config.ts';
import type { FreeValue } from './fields.ts';
import type { Path } from './problems.ts';

/**
 * Which fields of the config a rule reads: `'network.subnet'`, `'boards[].disks[].purpose'`. `[]` stands for every
 * element of a list.
 */
export type Pattern = { [K in Section]: K | `${K}${Inside<NonNullable<Config[K]>>}` }[Section];

/** What is passed on as it is has no fields for a rule. */
type Inside<V> = [FreeValue] extends [V] ? never : InsideKnown<V>;

type InsideKnown<V> = V extends readonly (infer E)[]
  ? '[]' | `[]${Inside<NonNullable<E>>}`
  : V extends object
    ? string extends keyof V
      ? never
      : { [K in keyof V & string]: `.${K}` | `.${K}${Inside<NonNullable<V[K]>>}` }[keyof V & string]
    : never;

/**
 * A list as a rule sees it: elements that are not well-formed are holes, so that each keeps its index. Only what
 * skips holes can be called.
 */
export type Known<T> = Pick<readonly T[], 'filter' | 'flatMap' | 'some'>;

/** A value with the fields of the patterns `P` only, and its lists as `Known`. `U`: what a field may be instead. */
export type View<V, P extends string, U = never> = {
  readonly [K in Head<P> & keyof V]: At<V[K], Rest<P, K & string>, U>;
};

type Head<P extends string> = P extends `${infer H}.${string}` ? WithoutBrackets<H> : WithoutBrackets<P>;
type WithoutBrackets<H extends string> = H extends `${infer K}[]${string}` ? K : H;
type Rest<P extends string, K extends string> = P extends K ? '' : P extends `${K}${infer R}` ? R : never;
type At<V, R extends string, U> = '' extends R
  ? V | U
  : V extends readonly (infer E)[]
    ? Known<At<E, R extends `[]${infer X}` ? (X extends `.${infer Y}` ? `.${Y}` : X) : never, U>>
    : V extends object
      ? View<V, R extends `.${infer X}` ? X : never, U>
      : V;

/** How many elements a list has, with those that are not well-formed. */
export function countOf(list: Known<unknown>): number {
  return (list as readonly unknown[]).length;
}

/** Whether every element of a list is well-formed: only then is what is not found in it really not there. */
export function isComplete(list: Known<unknown>): boolean {
  return indexed(list).length === countOf(list);
}

/** The elements of a list that are well-formed, each with its index in the config. */
export function indexed<T>(list: Known<T>): (readonly [index: number, element: T])[] {
  const elements = list as readonly T[];
  const found: (readonly [index: number, element: T])[] = [];
  for (let index = 0; index < elements.length; index += 1) {
    if (index in elements) found.push([index, elements[index] as T]);
  }
  return found;
}

const steps = new Map<string, readonly string[]>();

/** The steps of a pattern: names, and `[]` for an element. */
function stepsOf(pattern: string): readonly string[] {
  const known = steps.get(pattern);
  if (known !== undefined) return known;
  const split = pattern.split(/\.|(?=\[\])/);
  steps.set(pattern, split);
  return split;
}

/** How many steps a pattern and a path share; `undefined` where they part: neither lies inside the other. */
function shared(steps: readonly string[], path: Path): number | undefined {
  const length = Math.min(steps.length, path.length);
  for (let at = 0; at < length; at += 1) {
    if (typeof path[at] === 'number' ? steps[at] !== '[]' : steps[at] !== path[at]) return undefined;
  }
  return length;
}

/** Whether a problem at `path` leaves a field of the pattern unknown. */
export function meets(pattern: string, path: Path): boolean {
  return shared(stepsOf(pattern), path) !== undefined;
}

/** Whether the path names exactly a field of the pattern. */
export function names(pattern: string, path: Path): boolean {
  const steps = stepsOf(pattern);
  return steps.length === path.length && shared(steps, path) === path.length;
}

/**
 * The innermost element of a list that a problem at `path` makes unknown to a reader of the pattern; `undefined` where
 * the whole value is.
 */
export function elementOf(pattern: string, path: Path): Path | undefined {
  const steps = stepsOf(pattern);
  const at = steps.slice(0, shared(steps, path)).lastIndexOf('[]');
  return at < 0 ? undefined : path.slice(0, at + 1);
}
