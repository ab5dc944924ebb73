// Root file systems of Debian, as a fresh board has them: made by debootstrap once, kept in the cache of the tools.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cache } from '../tools/install.mjs';
import { isAlive, owner } from '../tools/owner.mjs';
import { run, succeed } from '../tools/process.mjs';

/** What the images of Debian for servers and boards bring, as far as it matters here. */
const packages = [
  'ca-certificates',
  'curl',
  'dbus',
  'iproute2',
  'iputils-ping',
  'kmod',
  'libpam-systemd',
  'openssh-server',
  'openssl',
  'procps',
  'python3',
  'python3-apt',
  'sudo',
  'systemd',
  'systemd-sysv',
];

/** What the roles install: downloaded only, so that boards without a way to the internet install it themselves. */
const downloaded = [
  'curl',
  'e2fsprogs',
  'git',
  'keepalived',
  'libpam-passwdqc',
  'nftables',
  'smartmontools',
  'syncthing',
  'systemd-timesyncd',
  'systemd-zram-generator',
  'tzdata',
  'udev',
  'unattended-upgrades',
  'util-linux',
];

/** What makes the root a board that a person has flashed: the user `admin` with sudo. No key, no host key, no identity. */
const setup = `
set -eu
useradd --create-home --shell /bin/bash --groups sudo admin
echo 'admin ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/admin
chmod 0440 /etc/sudoers.d/admin
rm -f /etc/ssh/ssh_host_* /etc/machine-id /var/lib/dbus/machine-id
systemctl enable systemd-networkd
# Started by the lab's host when a board boots; a board has no console.
systemctl mask console-getty.service
apt-get update -qq
apt-get install -qq --yes --download-only ${downloaded.join(' ')}
`;

/** Suites of the releases. */
const suites = { 12: 'bookworm', 13: 'trixie' };

/** @type {Map<number, Promise<string>>} */
const made = new Map();

/**
 * The folder with the root of a release. Nothing may be written there: boards are layers above it.
 * @param {12 | 13} release of Debian
 * @returns {Promise<string>}
 */
export function debianRoot(release) {
  const root = made.get(release) ?? make(release);
  made.set(release, root);
  return root;
}

async function make(release) {
  const recipe = createHash('sha256')
    .update(JSON.stringify([packages, downloaded, setup]))
    .digest('hex');
  const place = join(cache, `debian-${release}-${recipe.slice(0, 12)}`);
  if (existsSync(place)) return place;
  // Not to the output, which a process that asked for a lab reads.
  console.error(`making the root of Debian ${release} in ${cache}`);
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
    // Another lab may have made the same.
    if (!existsSync(place)) renameSync(folder, place);
  } finally {
    await remove(folder);
  }
  return place;
}

/** Removes the roots whose makers were killed. */
async function removeUnfinished() {
  for (const name of readdirSync(cache)) {
    const maker = /^debian-\d+-[0-9a-f]{12}\.(\d+-\d+)$/.exec(name)?.[1];
    if (maker !== undefined && !isAlive(maker)) await remove(join(cache, name));
  }
}

/** Removes a root, in which debootstrap may have mounted file systems of this machine. */
async function remove(folder) {
  for (const mount of ['proc', 'sys']) await run('umount', ['--lazy', join(folder, mount)]);
  await succeed('rm', ['-rf', '--one-file-system', folder]);
}

const chrootEnvironment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  DEBIAN_FRONTEND: 'noninteractive',
  LC_ALL: 'C.UTF-8',
};
