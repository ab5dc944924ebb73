import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { manifestName } from '../tree/manifest.ts';
import type { Tree } from '../tree/tree.ts';
import { WriteError } from '../tree/write-error.ts';

/**
 * Where there is one, a folder in memory: on a disk that others use, the fsync of each write can take long.
 */
export const scratch = fs.existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export function tree(files: Readonly<Record<string, string>>): Tree {
  return new Map(Object.entries(files));
}

export function pick(values: Readonly<Record<string, string>>, keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([key]) => keys.includes(key)));
}

/** All that is in a folder, and `.` itself, by path: a line of its inode, its time in nanoseconds, its mode. */
export function statsOf(folder: string): Record<string, string> {
  if (!fs.existsSync(folder)) return {};
  const stats: Record<string, string> = {};
  const visit = (it: string) => {
    const { ino, mtimeNs, mode } = fs.lstatSync(join(folder, it), { bigint: true });
    stats[it] = `${ino} ${mtimeNs} ${mode.toString(8)}`;
    // With `recursive`, it would follow links.
    if ((mode & 0o170000n) === 0o040000n) for (const name of fs.readdirSync(join(folder, it))) visit(join(it, name));
  };
  visit('.');
  return stats;
}

/** The texts of the regular files in a folder, by path. */
export function contentsOf(folder: string): Record<string, string> {
  const files = Object.keys(statsOf(folder)).filter((it) => fs.lstatSync(join(folder, it)).isFile());
  return Object.fromEntries(files.map((it) => [it, fs.readFileSync(join(folder, it), 'utf8')]));
}

export function emptyFoldersOf(folder: string): string[] {
  const paths = Object.keys(statsOf(folder)).filter((it) => it !== '.');
  return paths.filter(
    (it) => fs.lstatSync(join(folder, it)).isDirectory() && fs.readdirSync(join(folder, it)).length === 0,
  );
}

/** By the tool for which the format is made: of GNU, or on a Mac of Perl. */
export function verifyManifest(dist: string): void {
  const words = ['--check', '--strict', manifestName];
  const gnu = spawnSync('sha256sum', words, { cwd: dist, encoding: 'utf8' });
  const { status, stdout } =
    gnu.error === undefined ? gnu : spawnSync('shasum', ['-a', '256', ...words], { cwd: dist, encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^(\S+: OK\n)*$/) });
}

export function failure(run: () => unknown): WriteError {
  try {
    run();
  } catch (error) {
    if (error instanceof WriteError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

export function refuse(code: string): never {
  throw Object.assign(new Error(`${code}: refused by the test`), { code });
}
