// Disks without a board: files of this machine behind loop devices, looked at and made by the program of the role, which
// sees an /etc and a /srv of its own. Loop devices have no serial number: an `lsblk` that stands before the real one
// gives them one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run, succeed } from '../tools/process.mjs';
import { newFolder } from '../tools/scratch.mjs';

const program = fileURLToPath(new URL('../../ansible-gen/roles/usb_storage/files/disks.py', import.meta.url));

const lsblk = `#!/usr/bin/env python3
import json, os, subprocess, sys
tree = json.loads(subprocess.run(["/usr/bin/lsblk", *sys.argv[1:]], capture_output=True, check=True, text=True).stdout)
serials = json.loads(os.environ["SERIALS"])
tree["blockdevices"] = [it for it in tree["blockdevices"] if it["path"] in serials]
for it in tree["blockdevices"]:
    it["serial"], it["model"] = serials[it["path"]], "Loop"
print(json.dumps(tree))
`;

/** A board whose systemd is content with its units. */
const systemctl = `#!/bin/sh\nprintf '%s\\n' ActiveState=active NeedDaemonReload=no\n`;

/** @type {Set<import('node:child_process').ChildProcess>} */
const holders = new Set();
process.once('exit', () => {
  for (const holder of holders) holder.kill('SIGKILL');
});

/** What makes each file system, by its package. */
const makers = { ext4: 'e2fsprogs', xfs: 'xfsprogs', btrfs: 'btrfs-progs' };

/** Makes a file system on a device or in a file. */
export async function makeFileSystem(type, path) {
  await succeed(`mkfs.${type}`, ['-q', path]).catch((error) => {
    if (error.code !== 'ENOENT') throw error;
    throw new Error(`mkfs.${type} is missing: apt-get install ${makers[type]}`);
  });
}

export class LoopDisk {
  /** @type {import('node:child_process').ChildProcess} */
  #holder;

  constructor(path, file, serial, holder) {
    this.path = path;
    this.file = file;
    this.serial = serial;
    this.#holder = holder;
  }

  /** An empty disk. It is detached when this process ends, however it ends. */
  static async make(serial, megabytes = 64) {
    const file = join(newFolder('disk'), 'medium');
    await succeed('truncate', [`--size=${megabytes}M`, file]);
    return LoopDisk.attach(file, serial);
  }

  /** A disk with what is in a file. */
  static async attach(file, serial) {
    const path = (await succeed('losetup', ['--find', '--show', '--partscan', file])).stdout.trim();
    const hold = 'exec < "$0" && echo && exec sleep infinity > /dev/null';
    const holder = spawn('setpriv', ['--pdeathsig=KILL', 'sh', '-c', hold, path], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    holders.add(holder);
    const isHeld = await Promise.race([
      once(holder.stdout, 'data').then(() => true),
      once(holder, 'exit').then(() => false),
    ]);
    if (!isHeld) throw new Error(`${path} cannot be opened`);
    // In use, it is detached by the last that closes it.
    await succeed('losetup', ['--detach', path]);
    return new LoopDisk(path, file, serial, holder);
  }

  async remove() {
    const ended = new Promise((resolve) => this.#holder.once('exit', resolve));
    this.#holder.kill('SIGKILL');
    holders.delete(this.#holder);
    await ended;
  }

  /** All that is on it. */
  async contents() {
    await succeed('sync', [this.path]);
    return (await succeed('sha256sum', [this.path])).stdout;
  }

  /** Runs a command line in the root of its file system, mounted for nobody else. @returns what it printed */
  async inside(commandLine, options = 'rw') {
    const script = 'mount -o "$2" "$0" /mnt && cd /mnt && eval "$1"; code=$?; cd /; umount /mnt; exit $code';
    const args = ['--mount', '--propagation=private', 'sh', '-c', script, this.path, commandLine, options];
    return (await succeed('unshare', args)).stdout;
  }
}

/** The /etc and /srv of a board. A new one is a board with a new card. */
export class LoopBoard {
  folder = newFolder('board');
  /** A command line that is run before the program, in its name space: what is mounted when it looks. */
  before = 'true';
  /** Programs that stand before those of this machine. */
  bin = join(this.folder, 'bin');

  constructor() {
    for (const name of ['bin', 'etc', 'etc-work', 'srv', 'srv-work']) mkdirSync(join(this.folder, name));
    this.put('lsblk', lsblk);
    this.put('systemctl', systemctl);
  }

  put(name, text) {
    writeFileSync(join(this.bin, name), text);
    chmodSync(join(this.bin, name), 0o755);
  }

  take(name) {
    rmSync(join(this.bin, name));
  }

  /**
   * @param {readonly LoopDisk[]} plugged
   * @param {{ device: string, erase?: string, name?: string, board?: string, home?: string, domain?: string }} disk
   */
  async #program(
    mode,
    plugged,
    { device, erase = '', name = 'data', board = 'oak', home = 'lab', domain = 'a.example' },
  ) {
    const specification = {
      home: { home, domain },
      board,
      marker: '.homecloud-disk',
      disks: [
        {
          name,
          device,
          mount_point: `/srv/dnas/${name}`,
          unit: `srv-dnas-${name}.mount`,
          file_systems: ['ext4', 'xfs', 'btrfs'],
          options: ['noatime'],
          owner: { uid: 1010, gid: 1010, mode: '2771' },
          erase,
        },
      ],
    };
    const layer = (name) =>
      `mount -t overlay overlay -o lowerdir=/${name},upperdir=${this.folder}/${name},workdir=${this.folder}/${name}-work /${name}`;
    const script = `${layer('etc')} && ${layer('srv')} && { ${this.before}; } && exec python3 "$@"`;
    const args = ['--mount', '--propagation=private', 'sh', '-c', script, 'sh', program, mode];
    return run('unshare', [...args, JSON.stringify(specification), ...(mode === 'prepare' ? [name] : [])], {
      env: {
        ...process.env,
        PATH: `${this.bin}:/usr/sbin:/usr/bin:/sbin:/bin`,
        SERIALS: JSON.stringify(Object.fromEntries(plugged.map(({ path, serial }) => [path, serial]))),
      },
    });
  }

  /** What would be done with the disk. @returns {Promise<{ action?: string, refusal: string, note: string }>} */
  async inspect(plugged, disk) {
    const { code, stdout, stderr } = await this.#program('inspect', plugged, disk);
    if (code !== 0) throw new Error(stderr);
    return JSON.parse(stdout).disks[0];
  }

  /** Does it. */
  prepare(plugged, disk) {
    return this.#program('prepare', plugged, disk);
  }
}
