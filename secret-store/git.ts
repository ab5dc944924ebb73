import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { SecretFileError } from '../secret-files/error.ts';

/** What Git would do with files of a home. It is asked only where a folder belongs to a repository. */

/** Whether Git would take the file with the next `git add`: it lies in a work tree, and nothing ignores it. */
export function wouldTrack(file: string): boolean {
  const written = nearestFolder(file);
  // Where a link leads to decides.
  const folder = realpathSync(written);
  if (!isInWorkTree(folder)) return false;
  const { status, stderr } = git(folder, 'check-ignore', '--quiet', join(folder, relative(written, file)));
  // 1: nothing ignores it.
  if (status !== 0 && status !== 1) throw failed(folder, stderr);
  return status === 1;
}

/** The files of the home that Git has, or would have with the next commit, in which a pattern occurs. */
export function trackedFilesWith(folder: string, patterns: readonly string[]): string[] {
  if (!isInWorkTree(folder)) return [];
  const how = ['grep', '--cached', '--name-only', '--null', '--extended-regexp'];
  const { stdout, status, stderr } = git(folder, ...how, ...patterns.flatMap((pattern) => ['-e', pattern]));
  // 1: nothing was found.
  if (status !== 0 && status !== 1) throw failed(folder, stderr);
  return split(stdout);
}

/** The files below a folder of the home as the next commit would have them. */
export function stagedFiles(folder: string, below: string): string[] {
  if (!isInWorkTree(folder)) return [];
  const { stdout, status, stderr } = git(folder, 'ls-files', '--cached', '-z', '--', below);
  if (status !== 0) throw failed(folder, stderr);
  return split(stdout);
}

/** The text of a file as Git has it for the next commit. */
export function staged(folder: string, file: string): string {
  return git(folder, 'show', `:./${file}`).stdout;
}

/** Where Git looks for hooks, and where the home is in its repository; `undefined` outside of one. */
export function hooksFolder(folder: string): { readonly folder: string; readonly below: string } | undefined {
  if (!isInWorkTree(folder)) return undefined;
  const ask = (...args: readonly string[]) => git(folder, 'rev-parse', ...args).stdout.trim();
  const hooks = ask('--path-format=absolute', '--git-path', 'hooks');
  const own = ask('--path-format=absolute', '--git-common-dir');
  if (!hooks.startsWith(own)) {
    throw new SecretFileError(
      `Git takes its hooks from ${hooks}, for other repositories too (core.hooksPath).`,
      'Add "npx --no-install homecloud check --quiet" to your own pre-commit hook.',
    );
  }
  return { folder: hooks, below: ask('--show-prefix').replace(/\/$/, '') };
}

/** A text as a shell reads it as one word. */
export function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function split(list: string): string[] {
  return list.split('\0').filter((file) => file !== '');
}

function failed(folder: string, stderr: string): SecretFileError {
  return new SecretFileError(
    `Git cannot tell what it has of ${folder}: ${stderr.trim().split('\n')[0] ?? ''}`,
    'Mend the repository, so that "git status" works there.',
  );
}

function isInWorkTree(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) break;
    if (dirname(at) === at) return false;
  }
  const { status, error, stderr } = git(folder, 'rev-parse', '--is-inside-work-tree');
  if (error) {
    throw new SecretFileError(`${folder} belongs to a Git repository, and git cannot be run.`, 'Install git.');
  }
  if (status !== 0) throw failed(folder, stderr);
  return true;
}

/** The nearest folder above a file that is there, as it is written. */
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
