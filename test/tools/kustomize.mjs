// `kubectl kustomize`, as Flux's kustomize-controller does it, on each folder of a tree.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { loadAll } from 'js-yaml';
import { tool } from './install.mjs';
import { describe, inParallel, run } from './process.mjs';

const kustomization = 'kustomization.yaml';

/**
 * Each folder builds alone, without a warning, and to exactly the objects of its files.
 * @param {import('./homes.mjs').Home} home
 */
export async function kustomize({ dist }) {
  const kubernetes = join(dist, 'kubernetes');
  const files = readdirSync(kubernetes, { recursive: true }).filter((path) => path.endsWith('.yaml'));
  const folders = files.filter((path) => path.endsWith(`/${kustomization}`)).map(dirname);
  const forgotten = files.filter((path) => !folders.includes(dirname(path)));
  if (folders.length === 0) throw new Error(`no folder of ${kubernetes} has a ${kustomization}`);
  if (forgotten.length > 0) throw new Error(`no ${kustomization} beside ${forgotten.join(', ')}`);

  const kubectl = join(await tool('kubectl'), 'kubectl');
  const failures = await inParallel(folders, (folder) => compareBuild(kubectl, join(kubernetes, folder)));
  const found = failures.filter((failure) => failure !== undefined);
  if (found.length > 0) throw new Error(found.join('\n\n'));
}

/** What differs between a folder and what kubectl makes of it; undefined when nothing does. */
async function compareBuild(kubectl, folder) {
  const args = ['kustomize', folder];
  const outcome = await run(kubectl, args);
  // Warnings, first of all those of fields that are deprecated, come with exit code 0.
  if (outcome.code !== 0 || outcome.stderr !== '') return describe('kubectl', args, { ...outcome, stdout: '' });

  const built = byIdentity(loadAll(outcome.stdout));
  const written = byIdentity(
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== kustomization)
      .flatMap(({ name }) => loadAll(readFileSync(join(folder, name), 'utf8'))),
  );
  const differing = [...new Set([...written.keys(), ...built.keys()])].filter(
    (identity) => !isDeepStrictEqual(written.get(identity), built.get(identity)),
  );
  return differing.length === 0
    ? undefined
    : `$ kubectl kustomize ${folder}\ndiffers from the files in:\n  ${differing.join('\n  ')}`;
}

function byIdentity(objects) {
  return new Map(
    objects.map((object) => {
      const { apiVersion, kind, metadata } = object;
      return [[apiVersion, kind, metadata.namespace ?? '-', metadata.name].join(' '), object];
    }),
  );
}
