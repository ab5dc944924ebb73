import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { type Tree, TreeBuilder } from '../tree/tree.ts';

/**
 * The static files of the collection, read once: the only code of the synthesizer that touches the disk. `role.ts`
 * beside them is TypeScript and belongs to the program.
 * @param folder `ansible-gen`, wherever the program stands.
 * @returns paths relative to it: `playbooks/site.yml`, `roles/k3s/tasks/main.yml`.
 */
export function loadStaticFiles(folder: string): Tree {
  const tree = new TreeBuilder();
  for (const part of ['playbooks', 'roles']) {
    for (const entry of readdirSync(join(folder, part), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || entry.name.endsWith('.ts')) continue;
      const path = join(entry.parentPath, entry.name);
      tree.add(relative(folder, path).split(sep).join('/'), readFileSync(path, 'utf8'));
    }
  }
  return tree.build();
}
