// The Kubernetes objects of a folder.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { loadAll } from 'js-yaml';

/** The file that lists the others of its folder; it is for kubectl and Flux, and no object of the cluster. */
export const kustomization = 'kustomization.yaml';

/**
 * The files of a folder, and of those below it, that hold objects.
 * @param {string} folder
 * @returns {string[]} paths
 */
export function objectFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== kustomization)
    .map((entry) => join(entry.parentPath, entry.name));
}

/**
 * The objects in files, by their identity in a cluster.
 * @param {readonly string[]} files
 */
export function readObjects(files) {
  return byIdentity(files.flatMap((file) => loadAll(readFileSync(file, 'utf8'))));
}

/**
 * @param {readonly object[]} objects
 * @returns {Map<string, object>}
 * @throws when two objects have one identity
 */
export function byIdentity(objects) {
  const found = new Map();
  for (const object of objects) {
    const { apiVersion, kind, metadata } = object;
    const identity = `${apiVersion} ${kind} ${metadata.namespace ?? '-'}/${metadata.name}`;
    if (found.has(identity)) throw new Error(`there are two ${identity}`);
    found.set(identity, object);
  }
  return found;
}

/**
 * The identities of objects that are in one only, or not the same in both.
 * @param {Map<string, object>} some
 * @param {Map<string, object>} others
 */
export function differingObjects(some, others) {
  return [...new Set([...some.keys(), ...others.keys()])].filter(
    (identity) => !isDeepStrictEqual(some.get(identity), others.get(identity)),
  );
}
