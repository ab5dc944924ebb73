import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SecretFileError } from '../secret-files/error.ts';

/** What Git would do with files of a home. It is asked only where a folder belongs to a repository. */

/** Whether Git would take the file with the next `git add`: it lies in a work tree, and nothing ignores it. */
export function wouldTrack(file: string): boolean {
  const folder = nearestFolder(file);
  if (!isInWorkTree(folder)) return false;
  return git(folder, 'check-ignore', '--quiet', file).status !== 0;
}

/** The files of the home that Git has, or would have with the next commit, in which a pattern occurs. */
export function trackedFilesWith(folder: string, patterns: readonly string[]): string[] {
  if (!isInWorkTree(folder)) return [];
  const { stdout, status } = git(
    folder,
    'grep',
    '--cached',
    '--name-only',
    '-I',
    '--null',
    '--extended-regexp',
    ...patterns.flatMap((pattern) => ['-e', pattern]),
  );
  return status === 0 ? stdout.split('\0').filter((file) => file !== '') : [];
}

/** The text of a file as Git has it for the next commit. */
export function staged(folder: string, file: string): string {
  return git(folder, 'show', `:./${file}`).stdout;
}

/** The folder of hooks of the repository; `undefined` outside of one. */
export function hooksFolder(folder: string): string | undefined {
  const { stdout, status } = git(folder, 'rev-parse', '--path-format=absolute', '--git-path', 'hooks');
  return status === 0 ? stdout.trim() : undefined;
}

function isInWorkTree(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) break;
    if (dirname(at) === at) return false;
  }
  const { status, error } = git(folder, 'rev-parse', '--is-inside-work-tree');
  if (error) {
    throw new SecretFileError(`${folder} belongs to a Git repository, and git cannot be run.`, 'Install git.');
  }
  return status === 0;
}

function nearestFolder(file: string): string {
  let folder = dirname(file);
  while (!existsSync(folder)) folder = dirname(folder);
  return folder;
}

function git(folder: string, ...args: readonly string[]) {
  // A hook has GIT_DIR of its own repository; where the folder is decides.
  const { GIT_DIR: _dir, GIT_WORK_TREE: _tree, ...env } = process.env;
  return spawnSync('git', ['-C', folder, ...args], { encoding: 'utf8', maxBuffer: 2 ** 28, env });
}
