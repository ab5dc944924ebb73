// Folders that live as long as the run. What a killed run left is removed by the next.
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive, owner } from './owner.mjs';

const prefix = 'homecloud-tools-';
const scratch = join(tmpdir(), `${prefix}${owner}`);
mkdirSync(scratch, { mode: 0o700 });
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

for (const name of readdirSync(tmpdir())) {
  const maker = name.startsWith(prefix) ? name.slice(prefix.length) : '';
  if (!/^\d+-\d+$/.test(maker) || isAlive(maker)) continue;
  const folder = join(tmpdir(), name);
  // That of another person is theirs to remove.
  if (statSync(folder, { throwIfNoEntry: false })?.uid !== process.getuid()) continue;
  rmSync(folder, { recursive: true, force: true });
}

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
