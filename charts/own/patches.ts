import type { OwnPatch } from '../../model/facts/own.ts';
import { groupOf, type KubernetesObject } from '../../model/own-objects.ts';
import type { Problem } from '../../model/problems.ts';
import { toYaml } from '../../tree/yaml.ts';
import { appliesTo } from './json-patch.ts';
import { merged } from './merge.ts';
import { brokenByPatches, type PatchedObject } from './patched.ts';

/** An entry of `patches` in a `kustomization.yaml`. */
export interface KustomizePatch {
  readonly target: { readonly kind: string; readonly name?: string };
  readonly patch: string;
}

/**
 * The admin's patches by the folder that they change, in the order of the config.
 * @param folders the objects of each folder, by its path below `dist/kubernetes`
 * @param admin namespaces whose services the internet must not reach
 * @param report is told of each that would change nothing, or that Kustomize could not apply, and of what they break
 */
export function patchesByFolder(
  patches: readonly OwnPatch[],
  folders: ReadonlyMap<string, readonly KubernetesObject[]>,
  admin: ReadonlySet<string>,
  report: (problem: Problem) => void,
): ReadonlyMap<string, readonly KustomizePatch[]> {
  const byFolder = new Map<string, KustomizePatch[]>();
  // What the patches before have made of the objects, as far as it can be told.
  const current = new Map(folders);
  const changes = new Map<string, PatchedObject>();
  for (const one of patches) {
    const { folder, target, patch, path } = one;
    const tell = (key: readonly string[], message: string, hint: string) =>
      report({ code: 'OWN011', severity: 'error', path: [...path, ...key], message, hint });
    const objects = current.get(folder);
    if (objects === undefined) {
      tell(
        ['folder'],
        `${folder} is no folder of dist/kubernetes`,
        `the folders are ${[...folders.keys()].join(', ')}`,
      );
      continue;
    }
    const { kind, name } = target;
    const isTarget = (object: KubernetesObject) =>
      object.kind === kind && (name === undefined || object.metadata.name === name);
    const found = objects.filter(isTarget);
    if (found.length === 0) {
      const there = objects.map((object) => `${object.kind} ${object.metadata.name}`).join(', ');
      const what = name === undefined ? kind : `${kind} ${name}`;
      tell(['target'], `there is no ${what} in ${folder}`, `it has ${there}`);
      continue;
    }
    const missing = found.map((object) => problemOf(object, patch)).find((problem) => problem !== undefined);
    if (missing !== undefined) {
      tell(['patch'], missing.message, missing.hint);
      continue;
    }
    current.set(
      folder,
      objects.flatMap((object) => {
        if (!isTarget(object)) return [object];
        const result = patched(object, patch);
        if (result === undefined) return [];
        const key = `${folder} ${identity(object)}`;
        const { before, after } = changes.get(key) ?? { before: object, after: [] };
        changes.set(key, { folder, before, after: [...after, { object: result, path }] });
        return [result];
      }),
    );
    byFolder.set(folder, [...(byFolder.get(folder) ?? []), rendered(one, found[0])]);
  }
  for (const problem of brokenByPatches([...changes.values()], admin)) report(problem);
  return byFolder;
}

/** What is wrong with a patch of an object. */
function problemOf(object: KubernetesObject, patch: OwnPatch['patch']) {
  const who = `${object.kind} ${object.metadata.name}`;
  const hint = 'leave it as it is: add an object of your own instead, kustomize.resources';
  if (Array.isArray(patch)) {
    const outcome = appliesTo(object, patch);
    if (!outcome.fits) return { message: `${who} has nothing at ${outcome.path}`, hint: 'correct the path, or add it' };
    if (identity(outcome.result) !== identity(object)) return { message: `gives ${who} another name`, hint };
    return undefined;
  }
  const renamed = identity({ ...object, ...patch, metadata: { ...object.metadata, ...metadataOf(patch) } });
  return renamed === identity(object) ? undefined : { message: `gives ${who} another name`, hint };
}

function metadataOf(patch: Readonly<Record<string, unknown>>): object {
  const { metadata } = patch;
  return typeof metadata === 'object' && metadata !== null ? metadata : {};
}

function identity(value: unknown): string {
  const { apiVersion, kind, metadata } = value as KubernetesObject;
  return JSON.stringify([apiVersion, kind, metadata?.namespace, metadata?.name]);
}

/** The object after a patch, as far as it can be told: undefined where the patch takes it away. */
function patched(object: KubernetesObject, patch: OwnPatch['patch']): KubernetesObject | undefined {
  if (!Array.isArray(patch)) {
    const { apiVersion: _version, kind: _kind, ...rest } = patch;
    return merged(object, rest, isOfKubernetes.test(groupOf(object.apiVersion))) as KubernetesObject | undefined;
  }
  const outcome = appliesTo(object, patch);
  return outcome.fits ? (outcome.result as KubernetesObject) : object;
}

/** Groups whose lists Kustomize knows, with their merge keys; those of other kinds it replaces as a whole. */
const isOfKubernetes = /^(|apps|batch|autoscaling|policy|.*\.k8s\.io)$/;

/** A merge needs a kind and a name, of which Kustomize looks at the target's alone. */
function rendered({ target, patch }: OwnPatch, example: KubernetesObject | undefined): KustomizePatch {
  const { kind, name } = target;
  // Kustomize takes the name for a regular expression of the whole name.
  const exact = { kind, ...(name !== undefined && { name: name.replaceAll('.', '\\.') }) };
  if (Array.isArray(patch)) return { target: exact, patch: toYaml(patch) };
  const { apiVersion: _version, kind: _kind, metadata: _metadata, ...rest } = patch;
  const identified = {
    apiVersion: example?.apiVersion ?? 'v1',
    kind,
    metadata: { name: name ?? 'any', ...metadataOf(patch) },
    ...rest,
  };
  return { target: exact, patch: toYaml(identified) };
}
