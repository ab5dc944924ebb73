// Root file systems of Debian: made by debootstrap once, kept in the cache of the tools.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cache } from './install.mjs';
import { isAlive, owner } from './owner.mjs';
import { run, succeed } from './process.mjs';

/** Suites of the releases. */
const suites = { 12: 'bookworm', 13: 'trixie' };

/** What a program in a root needs of its environment. */
const chrootEnvironment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  DEBIAN_FRONTEND: 'noninteractive',
  LC_ALL: 'C.UTF-8',
};

/** @type {Map<string, Promise<string>>} */
const made = new Map();

/**
 * The folder with a root of Debian. Nothing may be written there: what uses it is a layer above it.
 * @param {object} recipe
 * @param {string} recipe.name
 * @param {12 | 13} recipe.release
 * @param {readonly string[]} recipe.packages
 * @param {string} [recipe.setup] shell script that is run in it
 * @returns {Promise<string>}
 */
export function debianRoot({ name, release, packages, setup = '' }) {
  const hash = createHash('sha256')
    .update(JSON.stringify([packages, setup]))
    .digest('hex')
    .slice(0, 12);
  const place = join(cache, `debian-${release}-${name}-${hash}`);
  const root = made.get(place) ?? make(place, release, packages, setup);
  made.set(place, root);
  return root;
}

async function make(place, release, packages, setup) {
  if (existsSync(place)) return place;
  // Not to the output, which a process that asked for a lab reads.
  console.error(`making a root of Debian ${release} in ${cache}`);
  mkdirSync(cache, { recursive: true });
  await removeUnfinished();
  const folder = `${place}.${owner}`;
  try {
    await succeed(
      'debootstrap',
      ['--variant=minbase', `--include=${packages.join(',')}`, suites[release], folder, 'http://deb.debian.org/debian'],
      { minutes: 15 },
    );
    await succeed('chroot', [folder, '/bin/sh', '-c', setup], { minutes: 5, env: chrootEnvironment });
    writeFileSync(join(folder, 'etc/resolv.conf'), '');
    // Another run may have made the same.
    if (!existsSync(place)) renameSync(folder, place);
  } finally {
    await remove(folder);
  }
  return place;
}

/** Removes the roots whose makers were killed. */
async function removeUnfinished() {
  for (const name of readdirSync(cache)) {
    const maker = /^debian-.+\.(\d+-\d+)$/.exec(name)?.[1];
    if (maker !== undefined && !isAlive(maker)) await remove(join(cache, name));
  }
}

/** Removes a root, in which debootstrap may have mounted file systems of this machine. */
async function remove(folder) {
  for (const mount of ['proc', 'sys']) await run('umount', ['--lazy', join(folder, mount)]);
  await succeed('rm', ['-rf', '--one-file-system', folder]);
}
