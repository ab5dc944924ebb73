// Folders that live as long as the run.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const scratch = mkdtempSync(join(tmpdir(), 'homecloud-tools-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

let folders = 0;

/**
 * A new, empty folder.
 * @param {string} name to know it by in messages
 */
export function newFolder(name) {
  folders += 1;
  const folder = join(scratch, `${name}-${folders}`);
  mkdirSync(folder);
  return folder;
}
