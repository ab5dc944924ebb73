// A board of the lab: Debian with its own systemd, in systemd-nspawn, on an overlay above a cached root.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { run, succeed } from '../tools/process.mjs';
import { sleep } from '../tools/sleep.mjs';
import { cgroupsOf } from './cgroups.mjs';
import { gateway } from './network.mjs';
import { boardRoot } from './roots.mjs';

/** The user `admin`, the first that `useradd` makes. */
const adminId = 1000;

/** How systemd-nspawn with `--keep-unit` ends when the machine reboots (nspawn.c, EXIT_FORCE_RESTART). */
const rebootCode = 133;

/**
 * @typedef {object} BoardOptions
 * @property {string} name
 * @property {string} address
 * @property {12 | 13} release of Debian
 */

export class Board {
  #lab;
  #release;
  #folder;
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #machine;

  /**
   * @param {import('./lab.mjs').Lab} lab
   * @param {BoardOptions} options
   */
  constructor(lab, { name, address, release }) {
    this.#lab = lab;
    this.name = name;
    this.address = address;
    this.#release = release;
    this.#folder = join(lab.folder, name);
    mkdirSync(this.#folder);
  }

  /** The root of the board, as its disk. */
  get root() {
    return join(this.#folder, 'root');
  }

  /** What it printed on its console. */
  get console() {
    return readFileSync(join(this.#folder, 'console'), 'utf8');
  }

  /** Writes a fresh system to the disk of a board that is off: what was there is lost. */
  async flash() {
    this.unmount();
    for (const layer of ['changes', 'work', 'root']) {
      rmSync(join(this.#folder, layer), { recursive: true, force: true });
      mkdirSync(join(this.#folder, layer));
    }
    const options = `lowerdir=${await boardRoot(this.#release)},upperdir=${this.#folder}/changes,workdir=${this.#folder}/work`;
    await succeed('mount', ['-t', 'overlay', 'overlay', '-o', options, this.root]);
    const write = (path, text, mode = 0o644) => {
      mkdirSync(join(this.root, path, '..'), { recursive: true });
      writeFileSync(join(this.root, path), text, { mode });
    };
    write('etc/hostname', `${this.name}\n`);
    write('etc/hosts', `127.0.0.1 localhost\n127.0.1.1 ${this.name}\n`);
    write('etc/machine-id', `${randomBytes(16).toString('hex')}\n`, 0o444);
    write(
      'etc/systemd/network/10-lab.network',
      `[Match]\nName=host0\n\n[Network]\nAddress=${this.address}/24\nGateway=${this.#lab.network.address(gateway)}\nLinkLocalAddressing=no\n`,
    );
    write('home/admin/.ssh/authorized_keys', readFileSync(`${this.#lab.key}.pub`), 0o600);
    for (const path of ['home/admin/.ssh', 'home/admin/.ssh/authorized_keys']) {
      chownSync(join(this.root, path), adminId, adminId);
    }
    for (const suffix of ['', '.pub']) {
      cpSync(`${this.#lab.hostKey(this.name)}${suffix}`, join(this.root, `etc/ssh/ssh_host_ed25519_key${suffix}`));
    }
    // Boards of the lab have no way to the internet: the lists of packages in the root count as fresh.
    utimesSync(join(this.root, 'var/lib/apt/lists'), new Date(), new Date());
  }

  /** Switches the board on. */
  start() {
    const log = openSync(join(this.#folder, 'console'), 'a');
    const cgroups = cgroupsOf(this.#lab.network.bridge, this.name);
    // A lab that is killed takes its boards with it. systemd-nspawn alone would leave what it has started: a board is
    // a process namespace, which ends as a whole.
    this.#machine = spawn(
      'sh',
      [
        ...['-ec', 'for it in $0; do mkdir -p "$it"; echo $$ > "$it/cgroup.procs"; done; exec "$@"', cgroups.join(' ')],
        ...['setpriv', '--pdeathsig=KILL', 'unshare', '--pid', '--fork', '--kill-child', '--mount-proc'],
        'systemd-nspawn',
        '--boot',
        `--directory=${this.root}`,
        `--machine=${this.#machineName}`,
        `--hostname=${this.name}`,
        `--network-bridge=${this.#lab.network.bridge}`,
        '--capability=all',
        '--register=no',
        '--keep-unit',
        '--console=pipe',
        '--resolv-conf=off',
        '--timezone=off',
        '--link-journal=no',
      ],
      { stdio: ['ignore', log, log] },
    );
    // A machine comes back after its reboot; systemd-nspawn leaves that to whoever started it.
    const machine = this.#machine;
    machine.on('exit', async (code) => {
      if (code !== rebootCode) return;
      await this.#unplugged();
      if (this.#machine === machine) this.start();
    });
  }

  /** Waits until one can log in. */
  async ready(seconds = 60) {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      const { code, stderr } = await this.ssh('true');
      if (code === 0) return;
      if (Date.now() > end || this.#machine?.exitCode !== null) {
        throw new Error(`${this.name} does not answer: ${stderr}\n${this.console}`);
      }
      await sleep(0.1);
    }
  }

  /** Pulls the plug: everything that runs on the board ends at once, and what it wrote stays. */
  async powerOff() {
    this.kill();
    await this.#unplugged();
  }

  /** The kernel takes the end of the cable away when the last process is gone. */
  async #unplugged() {
    while ((await run('ip', ['link', 'show', this.#cable])).code === 0) await sleep(0.05);
  }

  /** `powerOff` without waiting. */
  kill() {
    this.#machine?.kill('SIGKILL');
    this.#machine = undefined;
  }

  /** Pulls the cable out of the board: it sees that the link is gone. */
  async cutCable() {
    await succeed('ip', ['link', 'set', this.#cable, 'down']);
  }

  async plugCable() {
    await succeed('ip', ['link', 'set', this.#cable, 'up']);
  }

  /** Cuts the board off behind its switch: nothing comes through, and the link is still there. */
  async cutOff() {
    await succeed('ip', ['link', 'set', this.#cable, 'nomaster']);
  }

  async reconnect() {
    await succeed('ip', ['link', 'set', this.#cable, 'master', this.#lab.network.bridge]);
  }

  /** The board hangs: no process runs, and nothing answers. */
  async freeze() {
    this.#setFrozen(true);
    // The kernel is that of this machine, and would go on to answer.
    await this.cutOff();
  }

  async thaw() {
    await this.reconnect();
    this.#setFrozen(false);
  }

  get #machineName() {
    return `${this.#lab.network.bridge}-${this.name}`;
  }

  /** The end of its cable in the switch, as systemd-nspawn names it. */
  get #cable() {
    return `vb-${this.#machineName}`;
  }

  #setFrozen(isFrozen) {
    const files = cgroupsOf(this.#lab.network.bridge, this.name)
      .map((folder) => join(folder, 'cgroup.freeze'))
      .filter(existsSync);
    if (files.length === 0) throw new Error('this machine cannot freeze a board: it has no cgroups of version 2');
    for (const file of files) writeFileSync(file, isFrozen ? '1' : '0');
  }

  /** The board gets a new system, under its old name, address and host key: what stood on its disk is lost. */
  async replace() {
    await this.powerOff();
    await this.flash();
    this.start();
    await this.ready();
  }

  /** Runs a command line as the admin. */
  ssh(commandLine, options) {
    return run(
      'ssh',
      [...this.#lab.sshOptions, '-o', 'ConnectTimeout=5', `admin@${this.address}`, commandLine],
      options,
    );
  }

  /** Runs a command line as root, which must succeed. @returns {Promise<string>} what it printed */
  async sudo(commandLine, options) {
    const { code, stdout, stderr } = await this.ssh(`sudo sh -c '${commandLine.replaceAll("'", "'\\''")}'`, options);
    if (code !== 0) throw new Error(`${this.name}: ${commandLine}\n${stdout}${stderr}exit code ${code}`);
    return stdout;
  }

  /** Takes its disk away. */
  unmount() {
    // Lazily: the kernel may still be ending what ran there.
    spawnSync('umount', ['--lazy', this.root], { stdio: 'ignore' });
  }
}
