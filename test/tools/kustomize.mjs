// `kubectl kustomize`, as Flux's kustomize-controller does it, on each folder of a tree.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { load, loadAll } from 'js-yaml';
import { tool } from './install.mjs';
import { byIdentity, differingObjects, kustomization, objectFiles, readObjects } from './objects.mjs';
import { describe, inParallel, run } from './process.mjs';

/**
 * Each folder builds alone, without a warning, and to exactly the objects of its files; of those that the admin patches,
 * to what the patch says.
 * @param {import('./homes.mjs').Home} home
 */
export async function kustomize({ dist }) {
  const kubernetes = join(dist, 'kubernetes');
  const folders = readdirSync(kubernetes, { recursive: true, withFileTypes: true })
    .filter(({ name }) => name === kustomization)
    .map(({ parentPath }) => parentPath);
  if (folders.length === 0) throw new Error(`no folder of ${kubernetes} has a ${kustomization}`);
  const forgotten = objectFiles(kubernetes).filter((file) => !folders.includes(dirname(file)));
  if (forgotten.length > 0) throw new Error(`no ${kustomization} beside ${forgotten.join(', ')}`);

  const kubectl = join(await tool('kubectl'), 'kubectl');
  const failures = await inParallel(folders, (folder) => compareBuild(kubectl, folder));
  const found = failures.filter((failure) => failure !== undefined);
  if (found.length > 0) throw new Error(found.join('\n\n'));
}

/** How what kubectl makes of a folder differs from its files; undefined when it does not. */
async function compareBuild(kubectl, folder) {
  const args = ['kustomize', folder];
  const outcome = await run(kubectl, args);
  // What is deprecated is told with exit code 0.
  if (outcome.code !== 0 || outcome.stderr !== '') return describe('kubectl', args, { ...outcome, stdout: '' });
  const files = objectFiles(folder).filter((file) => dirname(file) === folder);
  const [before, after] = [readObjects(files), byIdentity(loadAll(outcome.stdout))];
  const { patches = [] } = load(readFileSync(join(folder, kustomization), 'utf8'));
  const patched = new Map(patches.flatMap((patch) => targetsOf(patch, before).map((identity) => [identity, patch])));
  const wrong = [
    ...differingObjects(before, after).filter((identity) => !patched.has(identity)),
    ...[...patched].flatMap(([identity, { patch }]) => (holds(after.get(identity), load(patch)) ? [] : [identity])),
  ];
  return wrong.length === 0
    ? undefined
    : `$ kubectl kustomize ${folder}\ndiffers from the files and their patches in:\n  ${wrong.join('\n  ')}`;
}

/** The identities of the objects that a patch changes. */
function targetsOf({ target }, objects) {
  const found = [...objects].filter(
    ([, { kind, metadata }]) => kind === target.kind && (target.name === undefined || metadata.name === target.name),
  );
  if (found.length === 0) throw new Error(`a patch changes no ${target.kind} ${target.name ?? ''}`);
  return found.map(([identity]) => identity);
}

/** Whether an object has what a patch says: the keys of a merge, or the values of operations. */
function holds(object, patch) {
  if (!Array.isArray(patch)) {
    const { apiVersion, kind, metadata, ...rest } = patch;
    return contains(object, rest) && object.kind === kind;
  }
  return patch.every(({ op, path, value }) => {
    const keys = path
      .split('/')
      .slice(1)
      .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
    const found = keys.reduce((at, key) => at?.[key], object);
    return op === 'remove' ? found === undefined : isDeepStrictEqual(found, value);
  });
}

function contains(value, part) {
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return isDeepStrictEqual(value, part);
  return Object.entries(part).every(([key, inner]) => contains(value?.[key], inner));
}
