import { type Dirent, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { type Manifest, manifestName, manifestOf, readManifest, sha256 } from './manifest.ts';
import { isTreePath, type Tree } from './tree.ts';
import { recover } from './work-folder.ts';
import { explain, WriteError } from './write-error.ts';

/** How `dist/` differs from a tree: paths in `dist/`, each list sorted. `SHA256SUMS` is one of the files. */
export interface Difference {
  /** In the tree, not in `dist/`. */
  readonly created: readonly string[];
  /** In both, with other content. */
  readonly changed: readonly string[];
  /** Written by an earlier homecloud, no longer in the tree. */
  readonly deleted: readonly string[];
  /** Those of `changed` and `deleted` that are not as homecloud wrote them: a write loses what was edited there. */
  readonly edited: readonly string[];
  /** Not written by homecloud, and kept. A folder ends in `/` and stands for all that is in it. */
  readonly unknown: readonly string[];
}

/** A difference, and what the writer needs to mend it. */
export interface Comparison {
  readonly difference: Difference;
  /** The content of each file of the tree, and of the manifest. */
  readonly contents: ReadonlyMap<string, Buffer>;
  /** The files that are as the tree wants them. */
  readonly unchanged: readonly string[];
  /** Which `dist` was compared. */
  readonly identity: string | undefined;
}

/**
 * Compares `dist` with `tree`, byte by byte. Writes nothing, except that it puts `dist` back where a killed run left it
 * aside (see `writeTree`).
 *
 * @throws WriteError when `dist` is not a folder, cannot be read, or has an unknown file where the tree needs another.
 */
export function compareTree(dist: string, tree: Tree): Difference {
  const place = resolve(dist);
  const contents = contentsOf(tree);
  try {
    recover(place);
    return compare(place, contents).difference;
  } catch (error) {
    throw explain(`cannot read ${basename(place)}`, error);
  }
}

/** Whether a write has nothing to do. Unknown files are no drift. */
export function isCurrent({ created, changed, deleted }: Difference): boolean {
  return created.length + changed.length + deleted.length === 0;
}

/**
 * The bytes of each file that `tree` wants in `dist/`, and of their manifest, sorted by path.
 *
 * @throws WriteError when a path would leave `dist/` or is a file and a folder at once. Only a bug can cause it, but
 * nothing must be written outside, whatever the bug.
 */
export function contentsOf(tree: Tree): ReadonlyMap<string, Buffer> {
  const folders = foldersOf(tree.keys());
  const contents = new Map<string, Buffer>();
  for (const path of [...tree.keys()].sort()) {
    if (!isTreePath(path) || path === manifestName || folders.has(path) || folders.has(manifestName)) {
      throw new WriteError(
        `${JSON.stringify(path)} cannot be the path of a file in dist`,
        'this is a bug of homecloud: report it',
      );
    }
    contents.set(path, Buffer.from(tree.get(path) ?? ''));
  }
  return contents.set(manifestName, manifestOf(contents));
}

/**
 * {@link compareTree}, with what the writer needs; `dist` is absolute. When another process puts a new `dist` in its
 * place meanwhile, what was read of the two says nothing, and it begins again.
 */
export function compare(dist: string, contents: ReadonlyMap<string, Buffer>): Comparison {
  for (let attempt = 0; attempt < 10; attempt++) {
    const identity = identityOf(dist);
    try {
      const comparison = compareOnce(dist, contents);
      if (identityOf(dist) === identity) return { ...comparison, identity };
    } catch (error) {
      if (identityOf(dist) === identity) throw error;
    }
  }
  throw new WriteError(`${basename(dist)} changes all the time`, 'let other programs end, then run again');
}

/** Changes with each new `dist`: an inode may come again, but not with the same time of change. */
export function identityOf(dist: string): string | undefined {
  const stats = lstatSync(dist, { bigint: true, throwIfNoEntry: false });
  return stats && `${stats.ino} ${stats.ctimeNs}`;
}

function compareOnce(dist: string, contents: ReadonlyMap<string, Buffer>): Omit<Comparison, 'identity'> {
  const isHere = isFolder(dist);
  const manifest = isHere ? manifestIn(dist) : undefined;
  const neededFolders = foldersOf(contents.keys());
  const knownFolders = new Set([...neededFolders, ...foldersOf(manifest?.keys() ?? [])]);
  const found = isHere ? leavesIn(dist, knownFolders) : new Map<string, Dirent>();
  const isOurs = (path: string) => manifest !== undefined && (path === manifestName || manifest.has(path));

  const created = [...contents.keys()].filter((path) => !found.has(path));
  const changed: string[] = [];
  const deleted: string[] = [];
  const edited: string[] = [];
  const unknown: string[] = [];
  const unchanged: string[] = [];
  const inTheWay: string[] = [];
  for (const [path, leaf] of found) {
    const wanted = contents.get(path);
    const isRead = leaf.isFile() && (wanted !== undefined || isOurs(path));
    const content = isRead ? readFileSync(join(dist, path)) : undefined;
    if (wanted !== undefined && content?.equals(wanted)) {
      unchanged.push(path);
    } else if (content !== undefined && isOurs(path)) {
      (wanted === undefined ? deleted : changed).push(path);
      if (manifest?.get(path)?.has(sha256(content)) === false) edited.push(path);
    } else if (wanted !== undefined || neededFolders.has(path) || parentsOf(path).some((it) => contents.has(it))) {
      inTheWay.push(join(basename(dist), path));
    } else {
      unknown.push(leaf.isDirectory() ? `${path}/` : path);
    }
  }
  if (inTheWay.length > 0) throw inTheWayError(inTheWay.sort());
  for (const list of [created, changed, deleted, edited, unknown]) list.sort();
  return { difference: { created, changed, deleted, edited, unknown }, contents, unchanged };
}

/** Whether `dist` is there; false when nothing is. A link is refused: what it leads to is not homecloud's to replace. */
function isFolder(dist: string): boolean {
  const found = lstatSync(dist, { throwIfNoEntry: false });
  if (found === undefined || found.isDirectory()) return found !== undefined;
  const kind = found.isSymbolicLink() ? 'a symbolic link' : 'a file';
  throw new WriteError(`${basename(dist)} is ${kind}, not a folder`, 'move it away: homecloud makes the folder');
}

function manifestIn(dist: string): Manifest | undefined {
  const path = join(dist, manifestName);
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() ? readManifest(readFileSync(path, 'utf8')) : undefined;
}

/** All that is in `dist`, by path, except `known` folders: a folder among the leaves is an unknown one, with its content. */
function leavesIn(dist: string, known: ReadonlySet<string>): ReadonlyMap<string, Dirent> {
  const leaves = new Map<string, Dirent>();
  const walk = (folder: string) => {
    for (const entry of readdirSync(join(dist, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && known.has(path)) walk(path);
      else leaves.set(path, entry);
    }
  };
  walk('');
  return leaves;
}

/** The folders that hold `paths`. */
function foldersOf(paths: Iterable<string>): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const path of paths) for (const folder of parentsOf(path)) folders.add(folder);
  return folders;
}

/** `a` and `a/b` of `a/b/c`. */
function parentsOf(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}

function inTheWayError(paths: readonly string[]): WriteError {
  return new WriteError(
    `homecloud did not write what stands where it wants to write: ${paths.join(', ')}`,
    `move it out of the way, or delete it; if homecloud did write it, restore ${manifestName} from Git`,
  );
}
