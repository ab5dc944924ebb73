import { greedy, type KubernetesObject, type OwnObject } from '../../model/own-objects.ts';
import { exposed } from '../../model/own-routes.ts';
import { floating } from '../../model/own-versions.ts';
import type { Path, Problem, RuleFinding } from '../../model/problems.ts';
import { neverPruned } from '../namespace.ts';

/** What patches made of one object of a folder. */
export interface PatchedObject {
  readonly folder: string;
  readonly before: KubernetesObject;
  /** What it is after each patch that changes it, in their order. */
  readonly after: readonly { readonly object: KubernetesObject; readonly path: Path }[];
}

type Law = (objects: readonly OwnObject[]) => Iterable<RuleFinding>;

/** Flux may delete what does not carry the annotation; an object that never had it loses nothing. */
function* prunable(objects: readonly OwnObject[]): Generator<RuleFinding> {
  for (const { object, path } of objects) {
    const { annotations = {} } = object.metadata as { annotations?: Readonly<Record<string, unknown>> };
    if (Object.entries(neverPruned).every(([key, value]) => annotations[key] === value)) continue;
    yield {
      path,
      message: `lets Flux delete ${object.kind} ${object.metadata.name}, and what it holds`,
      hint: `keep its annotation ${Object.entries(neverPruned)
        .map(([key, value]) => `${key}: ${value}`)
        .join(', ')}`,
    };
  }
}

const laws = (admin: ReadonlySet<string>): readonly (readonly [code: string, law: Law])[] => [
  ['OWN005', floating],
  ['OWN006', greedy],
  ['OWN015', prunable],
  ['OWN016', (objects) => exposed(objects, admin)],
];

/**
 * What patches have broken: what is wrong with an object in the end and was not before. It is told of the first patch
 * that made it so.
 * @param admin namespaces whose services the internet must not reach
 */
export function* brokenByPatches(objects: readonly PatchedObject[], admin: ReadonlySet<string>): Generator<Problem> {
  const told = new Set<string>();
  for (const { folder, before, after } of objects) {
    for (const [code, law] of laws(admin)) {
      const found = (object: KubernetesObject | undefined) =>
        object === undefined ? [] : [...law([{ object, path: [], layer: 'apps', folder }])];
      const has = (object: KubernetesObject, message: string) => found(object).some((one) => one.message === message);
      for (const { message, hint } of found(after.at(-1)?.object)) {
        if (has(before, message)) continue;
        const path = after.find(({ object }) => has(object, message))?.path ?? [];
        const key = `${code} ${path.join('.')} ${message}`;
        if (!told.has(key)) yield { code, severity: 'error', path: [...path, 'patch'], message, hint };
        told.add(key);
      }
    }
  }
}
