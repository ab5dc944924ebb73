import type { Model } from '../model/model.ts';
import { type Tree, TreeBuilder } from '../tree/tree.ts';
import { collection } from './collection.ts';
import { inventory } from './inventory.ts';
import { project } from './project.ts';
import { roles } from './roles.ts';

/**
 * All files of `dist/ansible/`: the project, its inventory and the collection `homecloud.boards`.
 * @param files the static files of the collection, from `loadStaticFiles`.
 */
export function ansible(model: Model, files: Tree): Tree {
  return new TreeBuilder()
    .addAll(project(model))
    .addAll(inventory(model, roles), 'inventory')
    .addAll(collection(model, roles, files), 'collections/ansible_collections/homecloud/boards')
    .build();
}
