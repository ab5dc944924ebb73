import type { Tree } from '../tree/tree.ts';

/**
 * A tree of `size` files in folders of three. Two trees of another `variant` differ in half of the texts and in a tenth
 * of the paths.
 */
export function bigTree(size: number, variant: string): Tree {
  const files = Array.from({ length: size }, (_, index): [string, string] => {
    const name = index % 10 === 0 ? `${variant}-${index}` : String(index);
    const text = index % 2 === 0 ? `${name} of ${variant}\n` : `${name}\n`;
    return [`kubernetes/apps/folder-${Math.floor(index / 3)}/${name}.yaml`, text.repeat(40)];
  });
  return new Map(files);
}
