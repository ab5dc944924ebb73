// A stand-in for the archive of Syncthing's releases, which cannot be had here: the binary of Debian 13's package, under
// the names that upstream gives.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { succeed } from '../tools/process.mjs';
import { newFolder } from '../tools/scratch.mjs';
import { boardRoot } from './roots.mjs';

/**
 * @param {string} architecture as Debian and upstream both call it
 * @returns {Promise<{ folder: string, version: string, sha256: string }>} a folder with the archive
 */
export async function packSyncthing(architecture) {
  const packages = join(await boardRoot(13), 'var/cache/apt/archives');
  const file = readdirSync(packages).find((name) => name.startsWith('syncthing_'));
  if (file === undefined) throw new Error(`${packages} has no package syncthing`);
  const version = `v${/^syncthing_([\d.]+)/.exec(file)?.[1]}`;
  const folder = newFolder('syncthing-archive');
  await succeed('dpkg-deb', ['--extract', join(packages, file), join(folder, 'package')]);
  const name = `syncthing-linux-${architecture}-${version}`;
  mkdirSync(join(folder, name));
  renameSync(join(folder, 'package/usr/bin/syncthing'), join(folder, name, 'syncthing'));
  const archive = join(folder, `${name}.tar.gz`);
  await succeed('tar', ['--create', '--gzip', `--file=${archive}`, `--directory=${folder}`, name]);
  return { folder, version, sha256: createHash('sha256').update(readFileSync(archive)).digest('hex') };
}
