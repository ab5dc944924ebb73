import { load } from 'js-yaml';
import { kubernetes } from '../charts/kubernetes.ts';
import type { Model } from '../model/model.ts';
import { fileNameOf } from '../model/own-objects.ts';
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

/** Every law asks for the objects of the same tree, and to read its YAML is most of the work. */
const known = new WeakMap<Tree, ReadonlyMap<string, KubernetesObject>>();

/** The objects of `dist/kubernetes` by their path; the kustomizations of the folders are not among them. */
export function objectsOf(tree: Tree): ReadonlyMap<string, KubernetesObject> {
  let objects = known.get(tree);
  if (objects === undefined) {
    objects = new Map(
      [...tree]
        .filter(([path]) => path.startsWith('kubernetes/') && !path.endsWith('/kustomization.yaml'))
        .map(([path, text]) => [path, load(text) as KubernetesObject]),
    );
    known.set(tree, objects);
  }
  return objects;
}

/** Of models, which never change: tests look at many objects of one home, one at a time. */
const trees = new WeakMap<Model, Tree>();

/** `dist/kubernetes` of a model, made once. */
export function kubernetesOf(model: Model): Tree {
  const tree = trees.get(model) ?? kubernetes(model);
  trees.set(model, tree);
  return tree;
}

/**
 * An object of a home.
 * @param path below `dist/kubernetes`
 * @throws when there is no such object
 */
// biome-ignore lint/suspicious/noExplicitAny: the tests look into objects of every kind
export function objectAt(model: Model, path: string): any {
  const text = kubernetesOf(model).get(path);
  if (text === undefined) throw new Error(`there is no ${path}`);
  return load(text);
}

/**
 * The spec of an object of a home's tree.
 * @throws when there is no such object
 */
export function specOf(model: Model, kind: string, name: string): Readonly<Record<string, unknown>> {
  const file = `/${fileNameOf({ kind, metadata: { name } })}`;
  const objects = [...kubernetesOf(model)].flatMap(([path, text]) =>
    path.endsWith(file) ? [load(text) as KubernetesObject] : [],
  );
  const found = objects.find((one) => one.kind === kind && one.metadata.name === name);
  if (found === undefined) throw new Error(`there is no ${kind} ${name}`);
  return found['spec'] as Readonly<Record<string, unknown>>;
}

interface Container {
  readonly name: string;
  readonly image: string;
  readonly resources?: {
    readonly requests?: Readonly<Record<string, string>>;
    readonly limits?: Readonly<Record<string, string>>;
  };
}

interface PodSpec {
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly restartPolicy?: string;
  readonly serviceAccountName?: string;
}

/** The spec of the pods that an object makes; empty where it makes none. */
export function podSpec(object: KubernetesObject): PodSpec {
  return (object as { spec?: { template?: { spec?: PodSpec } } }).spec?.template?.spec ?? {};
}

/** All containers of the pods that an object makes, those that run before the others first. */
export function containersOf(object: KubernetesObject): Container[] {
  const { containers = [], initContainers = [] } = podSpec(object);
  return [...initContainers, ...containers];
}

/** Whether a Kustomization applies a folder of the home. */
export function isOfHome(object: KubernetesObject): boolean {
  return (object['spec'] as { sourceRef: { kind: string } }).sourceRef.kind === 'GitRepository';
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
