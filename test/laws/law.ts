import type { Model } from '../../model/model.ts';
import type { Tree } from '../../tree/tree.ts';

/** Laws by what they say. Each returns what breaks it. */
export type Laws = Readonly<Record<string, (tree: Tree, model: Model) => string[]>>;
