// `kubectl kustomize`, as Flux's kustomize-controller does it, on each folder of a tree.
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { loadAll } from 'js-yaml';
import { tool } from './install.mjs';
import { byIdentity, differingObjects, kustomization, objectFiles, readObjects } from './objects.mjs';
import { describe, inParallel, run } from './process.mjs';

/**
 * Each folder builds alone, without a warning, and to exactly the objects of its files.
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
  const differing = differingObjects(readObjects(files), byIdentity(loadAll(outcome.stdout)));
  return differing.length === 0
    ? undefined
    : `$ kubectl kustomize ${folder}\ndiffers from the files in:\n  ${differing.join('\n  ')}`;
}
