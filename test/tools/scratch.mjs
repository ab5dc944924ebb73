// Folders that live as long as the run. What a killed run left is removed by the next.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive, owner } from './owner.mjs';

const prefix = 'homecloud-tools-';
const scratch = join(tmpdir(), `${prefix}${owner}`);
mkdirSync(scratch, { mode: 0o700 });
process.on('exit', () => remove(scratch));

for (const name of readdirSync(tmpdir())) {
  const maker = name.startsWith(prefix) ? name.slice(prefix.length) : '';
  if (!/^\d+-\d+$/.test(maker) || isAlive(maker)) continue;
  const folder = join(tmpdir(), name);
  // That of another person is theirs to remove.
  if (statSync(folder, { throwIfNoEntry: false })?.uid !== process.getuid()) continue;
  remove(folder);
}

/** Removes a folder. What is mounted in it belongs to somebody else: it is let go, and never emptied. */
function remove(folder) {
  for (const mount of mountsIn(folder).reverse()) spawnSync('umount', ['--lazy', mount]);
  if (mountsIn(folder).length === 0) rmSync(folder, { recursive: true, force: true });
}

function mountsIn(folder) {
  const table = '/proc/self/mounts';
  const lines = existsSync(table) ? readFileSync(table, 'utf8').split('\n') : [];
  return lines.map((line) => line.split(' ')[1] ?? '').filter((mount) => mount.startsWith(`${folder}/`));
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
