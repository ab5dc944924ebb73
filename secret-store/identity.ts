import { linkSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { formatIdentityFile, newIdentity, parseIdentityFile } from '../secret-files/age.ts';
import { SecretFileError } from '../secret-files/error.ts';
import { readIfThere, writeBeside } from './files.ts';
import { wouldTrack } from './git.ts';

/**
 * The file of the home identity: the one named in the call, else in `HOMECLOUD_IDENTITY`, else
 * `~/.config/homecloud/<home>.agekey`.
 */
export function identityFile(home: string, named?: string): string {
  const config = process.env['XDG_CONFIG_HOME'] || join(homedir(), '.config');
  const file = named ?? (process.env['HOMECLOUD_IDENTITY'] || join(config, 'homecloud', `${home}.agekey`));
  if (file.trimStart().toUpperCase().startsWith('AGE-SECRET-KEY')) {
    throw new SecretFileError(
      'An identity is never given as an argument or in the environment: other programs of this computer can read those.',
      'Write it into a file of mode 0600, and name that: --identity <file>, or HOMECLOUD_IDENTITY.',
    );
  }
  return resolve(file);
}

/**
 * The identities in the file of the home identity.
 * @throws SecretFileError when it is not there, open to others, or no identity
 */
export async function readIdentities(file: string): Promise<string[]> {
  const text = readIfThere(file);
  if (text === undefined) {
    throw new SecretFileError(
      `There is no home identity at ${file}.`,
      'On a new computer type it from paper: homecloud secrets paper --restore. In a new home: homecloud secrets init. Elsewhere: --identity <file>.',
    );
  }
  if ((statSync(file).mode & 0o077) !== 0) {
    throw new SecretFileError(`Others on this computer can read ${file}.`, `Run: chmod 600 ${file}`);
  }
  return parseIdentityFile(text);
}

/**
 * Makes a home identity. Never over a file that is there, and never where Git would take it.
 * @param identity one that is there already, from paper. @default a new one
 * @returns the identity
 */
export async function makeIdentity(file: string, now: Date, identity?: string): Promise<string> {
  refuseTracked(file);
  const made = identity ?? (await newIdentity());
  const text = await formatIdentityFile(made, now);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const temporary = writeBeside(file, text, 0o600);
  try {
    // Unlike a rename, a link never replaces.
    linkSync(temporary, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new SecretFileError(
      `${file} is there already: an identity is never overwritten.`,
      'Keep it, or name another place: --identity <file>.',
    );
  } finally {
    rmSync(temporary, { force: true });
  }
  return made;
}

/** @throws SecretFileError when Git would take the file. */
export function refuseTracked(file: string): void {
  if (!wouldTrack(file)) return;
  throw new SecretFileError(
    `${file} is in a Git repository that does not ignore it: the next commit would publish it.`,
    'Name a place outside of the repository: --identity <file>.',
  );
}
