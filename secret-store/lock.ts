import { createHash } from 'node:crypto';
import { openSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretFileError } from '../secret-files/error.ts';
import { native } from '../tree/native.ts';

/** Files that this process holds open: with the last of them the kernel gives a lock back. */
const held = new Set<string>();

/**
 * Lets one run at a time write the secrets of a home, until this process ends, however it ends.
 * @throws SecretFileError while another run writes
 */
export function lockSecrets(folder: string): void {
  const id = createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 32);
  // With the account in its name: the file of another cannot be opened.
  const file = join(tmpdir(), `homecloud-${process.getuid?.() ?? ''}-${id}.lock`);
  if (held.has(file)) return;
  if (!native().tryLock(openSync(file, 'a', 0o600))) {
    throw new SecretFileError(
      'Another homecloud is writing the secrets of this home.',
      'Wait for it, then run this again.',
    );
  }
  held.add(file);
}
