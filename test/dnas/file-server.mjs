// A board that serves shares: its disks are loop devices, its pod runs as dist/ has it, and its address is on the bridge
// of a lab.
import { chmodSync, chownSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LoopDisk } from '../boards/loop-disks.mjs';
import { run, succeed } from '../tools/process.mjs';
import { fileServerRoot } from './file-server-root.mjs';
import { Machine } from './machine.mjs';
import { Pod } from './pod.mjs';
import { until } from './until.mjs';

/** Number of the owner of all files (design §11). */
export const owner = 1010;

/** Runs a shell script as the owner of the files, with the umask of what runs as it. @param {string[]} args its $0, $1... */
export function runAsOwner(script, args, options) {
  const asOwner = [`--reuid=${owner}`, `--regid=${owner}`, '--clear-groups'];
  return succeed('setpriv', [...asOwner, 'sh', '-c', `umask 002; ${script}`, ...args], options);
}

/** EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH (fs/ext4/ext4.h): as if the device was gone. */
const shutDown = `
import fcntl, os, struct, sys
fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587D, struct.pack("I", 2))
`;

export class FileServer {
  /** @type {Map<string, LoopDisk>} by name */
  #disks = new Map();
  /** @type {Map<string, string>} files of the disks, by name */
  #media = new Map();
  /** Names of disks that are pulled. @type {Set<string>} */
  #away = new Set();
  /** Disks that are not of the home, by the name of the one in whose place they are. @type {Map<string, LoopDisk>} */
  #others = new Map();

  /**
   * @param {import('./home.mjs').DnasHome} home
   * @param {string} name of the board
   */
  constructor(home, name) {
    this.home = home;
    this.name = name;
    this.address = home.addressOf(name);
    this.machine = new Machine(home.lab, `${name}`, this.address);
    this.folder = join(home.lab.folder, `file-server-${name}`);
  }

  /** The board's file system. */
  get board() {
    return join(this.folder, 'board');
  }

  path(disk, ...rest) {
    return join(this.board, 'srv/dnas', disk, ...rest);
  }

  /** A path of a share, as the board sees it. */
  share(disk, name, ...rest) {
    return this.path(disk, 'shares', name, ...rest);
  }

  /**
   * Plugs the network in and makes the disks, each with its marker, as the role `usb_storage` does.
   * @param {readonly string[]} disks
   * @param {number} [megabytes] of each
   */
  async make(disks, megabytes = 512) {
    await this.machine.plugIn();
    mkdirSync(this.board, { recursive: true });
    // What is mounted below later is seen by the pod, as on a board, where everything is shared.
    await succeed('mount', ['--bind', this.board, this.board]);
    await succeed('mount', ['--make-shared', this.board]);
    for (const name of disks) {
      mkdirSync(this.path(name), { recursive: true });
      chmodSync(this.path(name), 0o555);
      const disk = await this.#mountNew(name, megabytes);
      this.#disks.set(name, disk);
      this.#media.set(name, disk.file);
      writeFileSync(this.path(name, '.homecloud-disk'), `${name}\n`);
    }
  }

  /** Mounts a new disk as the role leaves it (model/disks.ts), but for the marker. */
  async #mountNew(name, megabytes) {
    const disk = await LoopDisk.make(name, megabytes);
    await succeed('mkfs.ext4', ['-q', disk.path]);
    await succeed('mount', [disk.path, this.path(name)]);
    chownSync(this.path(name), owner, owner);
    chmodSync(this.path(name), 0o2771);
    return disk;
  }

  async startPod() {
    this.pod = new Pod({
      manifests: this.home.manifestsOf(this.name),
      root: await fileServerRoot(),
      folder: join(this.folder, 'pod'),
      board: this.board,
      network: this.machine.namespace,
    });
    await this.pod.start();
  }

  async stopPod() {
    await this.pod.stop();
    const mounts = (await succeed('findmnt', ['--list', '--noheadings', '--output', 'TARGET'])).stdout.split('\n');
    for (const mount of mounts.filter((path) => path.startsWith(`${this.folder}/pod/`)).reverse()) {
      await succeed('umount', ['--lazy', mount]);
    }
    rmSync(join(this.folder, 'pod'), { recursive: true, force: true });
  }

  /** Waits until the pod's containers are ready, or are not. @param {boolean} ready */
  async until(ready) {
    const containers = [...this.pod.containers.values()];
    const logs = () => containers.map(({ name, log }) => `${name}:\n${log.slice(-3000)}`).join('\n');
    await until(
      `the pod is ${ready ? 'ready' : 'unready'}`,
      async () => containers.every((it) => it.ready === ready) || logs(),
    );
  }

  /**
   * Pulls a disk that has had the time to write: its file system is dead from now on, and its unit unmounts it, lazily.
   * What has it open keeps what the cache holds, and can write nothing.
   */
  async pull(name) {
    await succeed('sync', ['--file-system', this.path(name)]);
    await succeed('python3', ['-c', shutDown, this.path(name)]);
    await succeed('umount', ['--lazy', this.path(name)]);
    this.#away.add(name);
  }

  /** Plugs a pulled disk in again: to the kernel it is another device. */
  async plug(name) {
    const disk = await LoopDisk.attach(this.#media.get(name), name);
    this.#disks.set(name, disk);
    await succeed('mount', [disk.path, this.path(name)]);
    this.#away.delete(name);
  }

  /** Plugs a disk in, in the place of one that is pulled, that is not of the home: it has no marker. */
  async plugOther(name) {
    this.#others.set(name, await this.#mountNew(name, 64));
  }

  async pullOther(name) {
    await succeed('umount', ['--lazy', this.path(name)]);
    this.#others.delete(name);
  }

  /** Plugs all in that were pulled. */
  async plugAll() {
    for (const name of [...this.#others.keys()]) await this.pullOther(name);
    for (const name of [...this.#away]) await this.plug(name);
  }

  /** What the folder of a disk that is away holds: it must be nothing. */
  async underneath(name) {
    return (await run('find', [this.path(name), '-mindepth', '1'])).stdout;
  }
}
