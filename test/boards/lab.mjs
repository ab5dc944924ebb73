// A lab: boards with real systemd and sshd, on a bridge of their own, and everything that it takes to log in there.
//
// What a lab makes is gone when its process ends, however it ends: what a killed one left is removed by the next.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, owner } from '../tools/owner.mjs';
import { succeed } from '../tools/process.mjs';
import { Board } from './board.mjs';
import { cgroupsOf, namesOfCgroups, removeCgroups } from './cgroups.mjs';
import { bridgeOf, bridges, makeNetwork, removeBridge } from './network.mjs';

/** A folder per lab, `<pid>-<start>`, at one place for all labs of this machine. */
const labs = '/var/tmp/homecloud-labs';

/** @typedef {Lab} Lab */
export class Lab {
  /** @type {Board[]} */
  boards = [];
  /** @type {(() => unknown)[]} */
  #atEnd = [];

  constructor(folder, network) {
    this.folder = folder;
    this.network = network;
    this.key = join(folder, 'admin-key');
    this.knownHosts = join(folder, 'known_hosts');
  }

  /** What `ssh` needs: nothing of the person who runs the lab, and the host keys of all boards, checked. */
  get sshOptions() {
    return [
      ...['-F', 'none', '-i', this.key],
      ...['IdentitiesOnly=yes', 'BatchMode=yes', 'StrictHostKeyChecking=yes']
        .concat(`UserKnownHostsFile=${this.knownHosts}`, 'GlobalKnownHostsFile=none')
        .flatMap((option) => ['-o', option]),
    ];
  }

  hostKey(name) {
    return join(this.folder, `host-key-${name}`);
  }

  board(name) {
    const board = this.boards.find((it) => it.name === name);
    if (board === undefined) throw new Error(`the lab has no board ${name}`);
    return board;
  }

  /** Something to put away before the lab is removed; it may not wait for anything. @param {() => unknown} work */
  atEnd(work) {
    this.#atEnd.push(work);
  }

  /** Ends its boards and removes all that it made, at once. After that, this process can make another one. */
  remove() {
    for (const work of this.#atEnd.splice(0).reverse()) work();
    for (const board of this.boards.splice(0)) board.kill();
    removeLab(this.folder, process.pid);
  }

  /** All boards get a new system. */
  async flashAll() {
    await Promise.all(this.boards.map((board) => board.replace()));
  }
}

/**
 * Makes a lab and boots its boards.
 * @param {{ name: string, release: 12 | 13 }[]} boards
 * @returns {Promise<Lab>} when one can log in to each
 */
export async function makeLab(boards) {
  await checkMachine();
  await removeLeftovers();
  const folder = join(labs, owner);
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  /** @type {Lab | undefined} */
  let lab;
  // Also after a slip of ours; signals end in `exit`, too.
  process.on('exit', () => {
    if (lab === undefined) removeLab(folder, process.pid);
    else lab.remove();
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));

  lab = new Lab(folder, await makeNetwork(process.pid));
  await makeKey(lab.key);
  for (const { name, release } of boards) {
    await makeKey(lab.hostKey(name));
    // The first boards have .11, .12, ...
    lab.boards.push(new Board(lab, { name, release, address: lab.network.address(11 + lab.boards.length) }));
  }
  writeFileSync(lab.knownHosts, lab.boards.map((board) => knownHost(lab, board)).join(''));
  for (const board of lab.boards) {
    await board.flash();
    board.start();
  }
  await Promise.all(lab.boards.map((board) => board.ready()));
  return lab;
}

function knownHost(lab, { name, address }) {
  return `${address} ${readFileSync(`${lab.hostKey(name)}.pub`, 'utf8')}`;
}

async function makeKey(file) {
  await succeed('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'lab', '-f', file]);
}

/** @throws with the command that mends it, when this machine cannot have a lab */
async function checkMachine() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new Error('this test starts machines and networks: run it as root, with sudo');
  }
  const missing = Object.entries({
    'systemd-nspawn': 'systemd-container',
    debootstrap: 'debootstrap',
    ip: 'iproute2',
    ssh: 'openssh-client',
    setpriv: 'util-linux',
    ping: 'iputils-ping',
  }).filter(([program]) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0);
  if (missing.length === 0) return;
  throw new Error(
    `${missing.map(([program]) => program).join(', ')} is missing: apt-get install ${missing.map(([, name]) => name).join(' ')}`,
  );
}

/** Removes what labs left whose processes are gone. */
async function removeLeftovers() {
  const folders = existsSync(labs) ? readdirSync(labs) : [];
  const alive = new Set();
  for (const name of folders) {
    const [pid] = name.split('-');
    if (isAlive(name)) alive.add(Number(pid));
    else removeLab(join(labs, name), pid);
  }
  // A lab has its folder before its bridge.
  for (const { bridge, pid } of await bridges()) if (!alive.has(pid)) removeBridge(bridge);
  for (const name of namesOfCgroups()) {
    const pid = /^hclab(\d+)$/.exec(name)?.[1];
    if (pid !== undefined && !alive.has(Number(pid))) removeCgroups(cgroupsOf(name));
  }
}

/** Removes the network, the mounts and the files of a lab whose boards are off. */
function removeLab(folder, pid) {
  removeCgroups(cgroupsOf(bridgeOf(pid)));
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((mount) => mount.startsWith(`${folder}/`));
  for (const mount of mounts.reverse()) spawnSync('umount', ['--lazy', mount], { stdio: 'ignore' });
  removeBridge(bridgeOf(pid));
  rmSync(folder, { recursive: true, force: true });
  try {
    rmdirSync(labs);
  } catch (error) {
    // Another lab has its folder there, or has just done the same.
    if (!['ENOTEMPTY', 'ENOENT'].includes(error.code)) throw error;
  }
}
