import type { Model } from '../../model/model.ts';
import { identityOf, type KubernetesObject } from '../../model/own-objects.ts';
import type { Problem } from '../../model/problems.ts';
import { folderPath } from '../folder.ts';
import { ownFolder } from './render.ts';

interface Objects {
  readonly path: string;
  readonly objects: readonly KubernetesObject[];
}

/** The admin's objects that have the identity of one of homecloud's. */
export function* sharedIdentities(
  { own }: Model,
  folders: readonly Objects[],
  ownPaths: ReadonlySet<string>,
): Generator<Problem> {
  const ours = new Map(
    folders
      .filter(({ path }) => !ownPaths.has(path))
      .flatMap(({ path, objects }) => objects.map((object) => [identityOf(object), path] as const)),
  );
  for (const folder of own.folders) {
    const objects = folders.find(({ path }) => path === folderPath(ownFolder(folder)))?.objects ?? [];
    for (const object of objects) {
      const owner = ours.get(identityOf(object));
      if (owner === undefined) continue;
      yield {
        code: 'OWN012',
        severity: 'error',
        path:
          'objects' in folder
            ? [...folder.path, 'objects', indexIn(folder.objects, object)]
            : [...folder.path, 'chart'],
        message: `${identityOf(object)} is already made by homecloud, in ${owner}`,
        hint: `change that one: kustomize.patches with folder: '${owner}'`,
      };
    }
  }
}

function indexIn(objects: readonly KubernetesObject[], object: KubernetesObject): number {
  return objects.findIndex((one) => identityOf(one) === identityOf(object));
}
