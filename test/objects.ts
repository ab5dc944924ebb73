import { load } from 'js-yaml';
import type { Tree } from '../tree/tree.ts';

/** A Kubernetes object as its file has it. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [key: string]: unknown;
}

/** The objects of `dist/kubernetes` by their path; the kustomizations of the folders are not among them. */
export function objectsOf(tree: Tree): Map<string, KubernetesObject> {
  return new Map(
    [...tree]
      .filter(([path]) => path.startsWith('kubernetes/') && !path.endsWith('/kustomization.yaml'))
      .map(([path, text]) => [path, load(text) as KubernetesObject]),
  );
}

/** Every value in a value, itself first, with the keys that lead to it. */
export function* walk(
  value: unknown,
  path: readonly string[] = [],
): Generator<{ path: readonly string[]; value: unknown }> {
  yield { path, value };
  if (typeof value !== 'object' || value === null) return;
  for (const [key, entry] of Object.entries(value)) yield* walk(entry, [...path, key]);
}
