import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type Comparison, compare, contentsOf, type Difference, identityOf, isCurrent } from './compare.ts';
import { manifestName } from './manifest.ts';
import { native } from './native.ts';
import type { Tree } from './tree.ts';
import { cleanUp, isThere, type WorkFolder, withWorkFolder } from './work-folder.ts';
import { errorCode, explain } from './write-error.ts';

/**
 * Makes `dist` hold exactly `tree`, its manifest `SHA256SUMS`, and the files that homecloud did not write. All or
 * nothing: a failed or killed run leaves the old `dist`, whole.
 *
 * When nothing differs, nothing is written. Otherwise the next `dist` is made in `.dist.work` beside it and then takes
 * its place. Unchanged and unknown files are the same files as before (hard links), or copies with the same times
 * where the file system has no hard links; symbolic links are made anew and never followed. An unknown file that is
 * saved in `dist` in the few milliseconds of a write can get lost.
 *
 * The two change places in one step, RENAME_EXCHANGE of renameat2(2) on Linux and RENAME_SWAP of renamex_np(2) on
 * macOS, so that at every moment there is one whole `dist`. Where the file system refuses that (EINVAL, ENOSYS, ENOTSUP:
 * NFS, SMB, 9p, some FUSE), two renames do it: `dist` to `.dist.work/old`, then the next to `dist`. A run that is killed
 * between them leaves no `dist`, and the old one, whole, in `.dist.work/old`; the next `writeTree` or `compareTree` puts
 * it back first.
 *
 * Power loss: an update is on the disk (fsync) before it takes the place of the old `dist`, at about a millisecond per
 * written file on an SSD. The first write, of hundreds of files, has nothing to lose and only makes sure of the manifest:
 * what is torn then differs from it, and the next run mends it.
 *
 * Modes follow the umask, as with Git and compilers; a folder that was there keeps its mode.
 *
 * @returns what has been done: the difference that was there before.
 * @throws WriteError when `dist` is not a folder, cannot be written, or has an unknown file where the tree needs
 * another; when another process is writing it.
 */
export function writeTree(dist: string, tree: Tree): Difference {
  const place = resolve(dist);
  const contents = contentsOf(tree);
  try {
    cleanUp(place);
    const before = compare(place, contents);
    if (isCurrent(before.difference)) return before.difference;
    return withWorkFolder(place, (work) => {
      // Another process may have written before this one had the work folder.
      const comparison = identityOf(place) === before.identity ? before : compare(place, contents);
      makeNext(work.next, place, comparison);
      takePlace(place, work);
      return comparison.difference;
    });
  } catch (error) {
    throw explain(`cannot write ${basename(place)}`, error);
  }
}

/** Makes `next` from the contents and from what `dist` keeps. */
function makeNext(next: string, dist: string, { difference, contents, unchanged }: Comparison): void {
  const isUpdate = isThere(dist);
  const made = new Set<string>();
  const makeFolderOf = (path: string) => {
    const folder = dirname(path);
    if (made.has(folder)) return;
    if (folder !== '.') makeFolderOf(folder);
    makeFolder(join(next, folder), join(dist, folder));
    made.add(folder);
  };
  for (const path of unchanged) {
    makeFolderOf(path);
    keep(join(dist, path), join(next, path));
  }
  for (const path of difference.unknown) {
    makeFolderOf(path);
    carry(join(dist, path), join(next, path));
  }
  for (const path of [...difference.created, ...difference.changed]) {
    makeFolderOf(path);
    // Refuses a file that is there: two paths are one where the file system ignores case.
    writeFileSync(join(next, path), contents.get(path) ?? '', { flag: 'wx' });
    if (isUpdate || path === manifestName) flush(join(next, path));
  }
  flushFolder(next);
}

/** Makes a folder, of the mode of `like` if that is one. */
function makeFolder(path: string, like: string): void {
  mkdirSync(path);
  const mode = modeOfFolder(like);
  if (mode === undefined) return;
  // What cannot be deleted afterwards is better known before.
  accessSync(like, constants.W_OK | constants.X_OK);
  chmodSync(path, mode);
}

function modeOfFolder(path: string): number | undefined {
  try {
    const stats = lstatSync(path);
    return stats.isDirectory() ? stats.mode & 0o7777 : undefined;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) return undefined;
    throw error;
  }
}

/** The unknown thing `from`, whatever it is, with all that is in it. */
function carry(from: string, to: string): void {
  const stats = lstatSync(from);
  if (stats.isDirectory()) {
    makeFolder(to, from);
    for (const name of readdirSync(from)) carry(join(from, name), join(to, name));
  } else if (stats.isSymbolicLink()) {
    symlinkSync(readlinkSync(from), to);
  } else {
    keep(from, to);
  }
}

/** The same file at `to`, or a copy where the file system refuses a second name (FAT, another owner, too many names). */
function keep(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    const stats = lstatSync(from);
    if (!stats.isFile()) throw error;
    copyFileSync(from, to, constants.COPYFILE_EXCL);
    utimesSync(to, stats.atimeMs / 1000, stats.mtimeMs / 1000);
    flush(to);
  }
}

/** `next` becomes `dist`; the old `dist`, if any, stays in the work folder. */
function takePlace(dist: string, { next, old }: WorkFolder): void {
  if (!isThere(dist)) {
    renameSync(next, dist);
  } else {
    try {
      native().swapSync(next, dist);
    } catch (error) {
      if (!['EINVAL', 'ENOSYS', 'ENOTSUP'].includes(errorCode(error) ?? '')) throw error;
      renameSync(dist, old);
      renameSync(next, dist);
    }
  }
  flushFolder(dirname(dist));
}

function flush(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Some file systems have no fsync for folders, and need none. */
function flushFolder(path: string): void {
  try {
    flush(path);
  } catch {}
}
