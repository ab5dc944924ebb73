import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { native } from './native.ts';
import { errorCode, WriteError } from './write-error.ts';

/** A folder beside `dist` in which one process at a time makes the next `dist`; gone when none does. */
export interface WorkFolder {
  /** Where the next `dist` is made. Nothing is there at first. */
  readonly next: string;
  /** Where the old `dist` waits when the two cannot be exchanged in one step. */
  readonly old: string;
}

/**
 * Runs `use` with the work folder of `dist`, which no other process has meanwhile. What `use` leaves in it is deleted at
 * the end, and what a killed run left at the start, except that an old `dist` without a successor is put back.
 *
 * @throws WriteError when another process has the folder.
 */
export function withWorkFolder<T>(dist: string, use: (work: WorkFolder) => T): T {
  const folder = workFolderOf(dist);
  const lock = takeLock(folder);
  try {
    try {
      ftruncateSync(lock);
      writeSync(lock, String(process.pid), 0);
      clear(folder, dist);
      return use({ next: join(folder, 'next'), old: join(folder, 'old') });
    } finally {
      clear(folder, dist);
      // Deleted while locked: who has opened the file meanwhile sees that it is no longer the one of that name.
      unlinkSync(join(folder, 'lock'));
      removeIfEmpty(folder);
    }
  } finally {
    closeSync(lock);
  }
}

/** Puts back the old `dist` of a run that was killed between two renames. */
export function recover(dist: string): void {
  if (!isThere(dist) && isThere(join(workFolderOf(dist), 'old'))) withWorkFolder(dist, () => undefined);
}

/** Deletes what a killed run left, once an old `dist` is back. */
export function cleanUp(dist: string): void {
  if (isThere(workFolderOf(dist))) withWorkFolder(dist, () => undefined);
}

/** Whether there is anything at `path`, be it a link that leads nowhere. */
export function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Beside `dist`, so that they are on one file system; its name is always the same, so that Git can ignore it. */
function workFolderOf(dist: string): string {
  return join(dirname(resolve(dist)), `.${basename(resolve(dist))}.work`);
}

/** Makes and locks the lock file of `folder`. The kernel unlocks it when the process ends, however it ends. */
function takeLock(folder: string): number {
  const { tryLock } = native();
  const path = join(folder, 'lock');
  // Who had it may delete the folder before our opening, or the file before our locking.
  for (let attempt = 0; attempt < 10; attempt++) {
    makeFolder(folder);
    const lock = openLock(path);
    if (lock === undefined) continue;
    try {
      if (!tryLock(lock)) throw busy(folder, readFileSync(lock, 'utf8'));
      if (lstatSync(path, { throwIfNoEntry: false })?.ino === fstatSync(lock).ino) return lock;
    } catch (error) {
      closeSync(lock);
      throw error;
    }
    closeSync(lock);
  }
  throw busy(folder);
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === false) {
      throw new WriteError(`${basename(folder)} stands where homecloud needs a folder`, 'move it away, or delete it');
    }
  }
}

/** @returns undefined when the folder has gone. */
function openLock(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o666);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    removeIfEmpty(dirname(path));
    throw error;
  }
}

function busy(folder: string, pid = ''): WriteError {
  const who = pid === '' ? 'another homecloud' : `another homecloud (process ${pid})`;
  return new WriteError(`${who} is at work in ${basename(folder)}`, 'let it end, then run again');
}

function clear(folder: string, dist: string): void {
  const old = join(folder, 'old');
  if (!isThere(dist) && isThere(old)) renameSync(old, dist);
  for (const name of readdirSync(folder)) if (name !== 'lock') rmSync(join(folder, name), { recursive: true });
}

/** A folder that is not empty has its next user already. */
function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(errorCode(error) ?? '')) throw error;
  }
}
