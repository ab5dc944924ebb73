import { load } from 'js-yaml';
import { isTreePath } from '../../tree/tree.ts';
import { objectsOf } from '../objects.ts';
import type { Laws } from './law.ts';

export const fileLaws: Laws = {
  'paths stay in the tree and are portable': (tree) => [...tree.keys()].filter((path) => !isTreePath(path)),

  'texts end with one line feed': (tree) =>
    [...tree]
      .filter(([, text]) => text.includes('\r') || !text.endsWith('\n') || text.endsWith('\n\n'))
      .map(([path]) => path),

  'law 5: every kustomization lists exactly the files of its folder': (tree) => {
    const folders = new Map<string, string[]>();
    for (const path of tree.keys()) {
      if (!path.startsWith('kubernetes/')) continue;
      const at = path.lastIndexOf('/');
      folders.set(path.slice(0, at), [...(folders.get(path.slice(0, at)) ?? []), path.slice(at + 1)]);
    }
    return [...folders].flatMap(([folder, files]) => {
      const kustomization = tree.get(`${folder}/kustomization.yaml`);
      const listed = (load(kustomization ?? '{}') as { resources?: string[] }).resources ?? [];
      const expected = files.filter((file) => file !== 'kustomization.yaml').sort();
      return JSON.stringify([...listed].sort()) === JSON.stringify(expected) ? [] : [folder];
    });
  },

  'law 7: no two objects have one identity': (tree) => {
    const seen = new Map<string, string>();
    return [...objectsOf(tree)].flatMap(([path, { apiVersion, kind, metadata }]) => {
      const identity = [apiVersion, kind, metadata.namespace ?? '', metadata.name].join(' ');
      const other = seen.get(identity);
      seen.set(identity, path);
      return other === undefined ? [] : [`${path} and ${other}: ${identity}`];
    });
  },

  'names and labels are ones that Kubernetes takes': (tree) =>
    [...objectsOf(tree)].flatMap(([path, { metadata }]) => {
      const labels = Object.entries(metadata.labels ?? {});
      // Flux and Services put names into labels and DNS, which take 63 characters.
      const isName = /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/.test(metadata.name);
      const areLabels = labels.every(([, value]) => /^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/.test(value));
      return isName && areLabels ? [] : [path];
    }),
};
