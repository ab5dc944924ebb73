/**
 * What a synthesizer returns: each path of `dist/` (relative, `/` between its parts) with the text of its file.
 * Frozen text: a path is written once, by one synthesizer.
 */
export type Tree = ReadonlyMap<string, string>;

/** Two synthesizers, or two objects of one, want the same file: a bug of homecloud, never of the config. */
export class TreeCollision extends Error {
  constructor(path: string) {
    super(`${path} is written twice`);
    this.name = 'TreeCollision';
  }
}

/** Builds a tree one file at a time and refuses a second text for a path. */
export class TreeBuilder {
  readonly #files = new Map<string, string>();

  /** @throws TreeCollision when `path` has a text already; Error when `path` could leave the tree. */
  add(path: string, text: string): this {
    if (!isTreePath(path)) throw new Error(`${JSON.stringify(path)} is not a path inside the tree`);
    if (this.#files.has(path)) throw new TreeCollision(path);
    this.#files.set(path, text);
    return this;
  }

  /** Adds all files of `tree` below the folder `under`. */
  addAll(tree: Tree, under = ''): this {
    for (const [path, text] of tree) this.add(under === '' ? path : `${under}/${path}`, text);
    return this;
  }

  /** The files, sorted by path, so that the order of building never shows. */
  build(): Tree {
    return new Map([...this.#files].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** Relative, normalized, portable: no empty part, no `.` or `..`, only letters, digits and `._-`. */
export function isTreePath(path: string): boolean {
  return path.split('/').every((part) => /^[A-Za-z0-9._-]+$/.test(part) && part !== '.' && part !== '..');
}
