import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Where the secrets of a home stand, below its folder. All but `public.yml` are encrypted. */
export const secretFiles = {
  folder: 'secrets',
  /** What everyone may know: recipients, public halves, and when each secret was made. */
  public: 'secrets/public.yml',
  /** The Vault password, to the home recipients. */
  vaultPassword: 'secrets/vault-password.age',
  /** The next Vault password, while the Vault moves from one to the other. */
  nextVaultPassword: 'secrets/vault-password.next.age',
  /** Variables that only the home can read. */
  vault: 'secrets/boards.vault.yml',
  /** Secrets that the cluster can read too. */
  kubernetes: 'secrets/kubernetes',
  /** For the admin's own `sops`. */
  sopsConfig: '.sops.yaml',
} as const;

/** The file of a Secret of the cluster. */
export function clusterFile(namespace: string, name: string): string {
  return `${secretFiles.kubernetes}/${namespace}/${name}.sops.yaml`;
}

/** The text of a file; `undefined` when there is none. */
export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** How a file that is being written is named; a run that was killed leaves one. */
const unfinished = /^\.homecloud-.*\.tmp$/;

export function isUnfinished(file: string): boolean {
  return unfinished.test(basename(file));
}

/** Writes a file in one step: whoever reads it, and whatever is killed, it is the old one or the new one. */
export function writeWhole(file: string, text: string, mode = 0o644): void {
  const folder = dirname(file);
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  renameSync(writeBeside(file, text, mode), file);
  syncFolder(folder);
}

/**
 * Writes a text to the disk beside the file that it is for, under a name of its own, which it returns. On a full disk
 * nothing is left.
 */
export function writeBeside(file: string, text: string, mode: number): string {
  const temporary = join(dirname(file), `.homecloud-${process.pid}-${basename(file)}.tmp`);
  try {
    const handle = openSync(temporary, 'wx', mode);
    try {
      // Unlike a single write, it goes on until all is written, and throws when that cannot be.
      writeFileSync(handle, text);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  return temporary;
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** All files below a folder, sorted, relative to it; none when it is not there. */
export function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
