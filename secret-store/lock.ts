import { createHash } from 'node:crypto';
import { readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretFileError } from '../secret-files/error.ts';

/**
 * Lets one run at a time write the secrets of a home, until this process ends. A lock of a run that was killed is
 * taken over.
 * @throws SecretFileError while another run writes
 */
export function lockSecrets(folder: string): void {
  const id = createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 32);
  const file = join(tmpdir(), `homecloud-${id}.lock`);
  for (let tries = 0; tries < 2; tries += 1) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx', mode: 0o600 });
      process.once('exit', () => rmSync(file, { force: true }));
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const owner = Number(readFileSync(file, 'utf8'));
      if (owner === process.pid) return;
      if (isRunning(owner)) {
        throw new SecretFileError(
          `Another homecloud (process ${owner}) is writing the secrets of this home.`,
          'Wait for it, then run this again.',
        );
      }
      rmSync(file, { force: true });
    }
  }
  throw new SecretFileError('Another homecloud is writing the secrets of this home.', 'Run this again.');
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
