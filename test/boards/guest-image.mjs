// The disk that a guest boots from: the root of a fresh board with a kernel of its own, kept in the cache of the tools.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cache } from '../tools/install.mjs';
import { isAlive, owner } from '../tools/owner.mjs';
import { run, succeed } from '../tools/process.mjs';
import { boardRoot } from './roots.mjs';

/** The cloud kernel has no USB. What starts disks and checks them is in every image of Debian. */
const packages = ['e2fsprogs', 'fdisk', 'linux-image-amd64', 'udev'];

/** Names and the host key come on the kernel's command line and on a disk: one image is for all guests. */
const setup = (packages) => `
set -eu
apt-get update -qq
apt-get install -qq --yes --no-install-recommends ${packages.join(' ')}
# Modules of the guest's own hardware only: the image is made, and boots, in a third of the time.
sed -i 's/^MODULES=.*/MODULES=list/' /etc/initramfs-tools/initramfs.conf
printf '%s\\n' virtio_pci virtio_blk ext4 >> /etc/initramfs-tools/modules
update-initramfs -u
`;

/**
 * @typedef {object} GuestImage
 * @property {string} root the file system, raw; nothing may be written there
 * @property {string} kernel
 * @property {string} initrd
 */

/**
 * Files that an image has besides those of packages.
 * @typedef {object} Files
 * @property {string} recipe another one gives another image
 * @property {(root: string) => Promise<unknown>} add writes them to a root
 */

/**
 * @param {readonly string[]} [more] packages that it has, too
 * @param {Files} [files]
 * @returns {Promise<GuestImage>}
 */
export async function guestImage(more = [], files = { recipe: '', add: async () => {} }) {
  const lower = await boardRoot(13);
  const script = setup([...packages, ...more]);
  const recipe = createHash('sha256')
    .update(JSON.stringify([basename(lower), script, files.recipe]))
    .digest('hex');
  const place = join(cache, `guest-${recipe.slice(0, 12)}`);
  if (!existsSync(place)) await make(lower, script, place, files);
  return { root: join(place, 'root.ext4'), kernel: join(place, 'vmlinuz'), initrd: join(place, 'initrd.img') };
}

async function make(lower, script, place, files) {
  console.log(`making the image of the guest in ${cache}`);
  for (const name of readdirSync(cache)) {
    const maker = /^guest-[0-9a-f]{12}\.(\d+-\d+)$/.exec(name)?.[1];
    if (maker !== undefined && !isAlive(maker)) await remove(join(cache, name));
  }
  const folder = `${place}.${owner}`;
  const part = (name) => join(folder, name);
  for (const name of ['changes', 'work', 'root', 'image']) mkdirSync(part(name), { recursive: true });
  try {
    const layers = `lowerdir=${lower},upperdir=${part('changes')},workdir=${part('work')}`;
    await succeed('mount', ['-t', 'overlay', 'overlay', '-o', layers, part('root')]);
    await succeed('cp', ['/etc/resolv.conf', part('root/etc/resolv.conf')]);
    await succeed('chroot', [part('root'), '/bin/sh', '-c', script], {
      minutes: 10,
      env: {
        PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        DEBIAN_FRONTEND: 'noninteractive',
        LC_ALL: 'C.UTF-8',
      },
    });
    await files.add(part('root'));
    for (const name of ['vmlinuz', 'initrd.img']) {
      await succeed('cp', ['--dereference', part(`root/${name}`), part(`image/${name}`)]);
    }
    await succeed('truncate', ['--size=4G', part('image/root.ext4')]);
    await succeed('mkfs.ext4', ['-q', '-L', 'root', '-d', part('root'), part('image/root.ext4')]);
    // Another lab may have made the same.
    if (!existsSync(place)) renameSync(part('image'), place);
  } finally {
    await remove(folder);
  }
}

/** Removes an unfinished image, in which this machine's file systems may be mounted. */
async function remove(folder) {
  for (const mount of ['root/proc', 'root/sys', 'root']) await run('umount', ['--lazy', join(folder, mount)]);
  await succeed('rm', ['-rf', '--one-file-system', folder]);
}
