// A board in qemu, with a kernel and udev of its own: disks that are plugged into its USB and pulled out again.
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { run, succeed } from '../tools/process.mjs';
import { sleep } from '../tools/sleep.mjs';
import { guestImage } from './guest-image.mjs';
import { gateway } from './network.mjs';

// What takes long in software, and concerns no disk, is left out.
const fast = [
  ...['mitigations=off', 'cryptomgr.notests', 'apparmor=0', 'audit=0', 'systemd.getty_auto=no'],
  // Its host key is on its way to it; what others make at the first start, nobody asks for.
  ...['sshd-keygen', 'e2scrub_reap', 'ldconfig', 'systemd-binfmt', 'systemd-journal-catalog-update'].map(
    (unit) => `systemd.mask=${unit}.service`,
  ),
  // On a busy machine, what takes long is no failure.
  ...['systemd.default_timeout_start_sec=900', 'systemd.default_device_timeout_sec=900'],
].join(' ');

/**
 * What a guest is made of.
 * @typedef {object} Hardware
 * @property {readonly string[]} [packages] that it has besides those of a board
 * @property {import('./guest-image.mjs').Files} [files] that it has besides those of packages
 * @property {Date} [clock] what its clock says when it starts, @default the time
 * @property {string} [memory] @default '1G'
 */

/**
 * Makes a guest of a lab, switched off, that the lab knows.
 * @param {import('./lab.mjs').Lab} lab
 * @param {{ name: string, address: string } & Hardware} options
 */
export async function makeGuest(lab, { name, address, ...options }) {
  if (spawnSync('qemu-system-x86_64', ['--version']).status !== 0) {
    throw new Error('qemu-system-x86_64 is missing: apt-get install qemu-system-x86');
  }
  const folder = join(lab.folder, name);
  mkdirSync(folder);
  await succeed('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'lab', '-f', lab.hostKey(name)]);
  appendFileSync(lab.knownHosts, `${address} ${readFileSync(`${lab.hostKey(name)}.pub`, 'utf8')}`);
  const guest = new Guest(lab, { name, address, folder, ...options });
  await guest.flash();
  return guest;
}

export class Guest {
  #lab;
  #folder;
  #hardware;
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #machine;
  /** @type {Qmp | undefined} */
  #qmp;

  /**
   * @param {import('./lab.mjs').Lab} lab that it is in the network of
   * @param {{ name: string, address: string, folder: string } & Hardware} options
   */
  constructor(lab, { name, address, folder, ...hardware }) {
    this.#lab = lab;
    this.#hardware = hardware;
    this.name = name;
    this.address = address;
    this.#folder = folder;
    // The lab removes the folder when it ends.
    process.prependListener('exit', () => this.#machine?.kill('SIGKILL'));
  }

  get #disk() {
    return join(this.#folder, 'root.ext4');
  }

  #image() {
    return guestImage(this.#hardware.packages, this.#hardware.files);
  }

  #socket(name) {
    return join(this.#folder, name);
  }

  /** Writes a fresh system to the disk of a guest that is off: what was there is lost. */
  async flash() {
    const { root } = await this.#image();
    await succeed('cp', ['--sparse=auto', '--reflink=auto', root, this.#disk]);
  }

  /**
   * Switches it on.
   * @param {readonly UsbDisk[]} disks that are plugged in
   */
  async start(disks = []) {
    const { kernel, initrd } = await this.#image();
    const { clock, memory = '1G' } = this.#hardware;
    const log = openSync(join(this.#folder, 'console'), 'a');
    // As a cable: it is there as long as the machine.
    const cable = `hcg${process.pid}`;
    const socket = this.#socket('qmp');
    spawnSync('rm', ['-f', socket]);
    this.#machine = spawn(
      'setpriv',
      [
        ...['--pdeathsig=KILL', 'qemu-system-x86_64', '-nodefaults', '-no-user-config', '-display', 'none'],
        // A processor in software, some ten times slower: KVM is not everywhere.
        ...['-accel', 'tcg,thread=multi', '-cpu', 'Nehalem', '-machine', 'q35', '-smp', '2', '-m', memory],
        ...['-kernel', kernel, '-initrd', initrd, '-serial', 'stdio'],
        ...(clock === undefined ? [] : ['-rtc', `base=${clock.toISOString().slice(0, 19)}`]),
        ...['-append', `root=/dev/vda rw quiet console=ttyS0 net.ifnames=0 systemd.hostname=${this.name} ${fast}`],
        ...['-drive', `file=${this.#disk},format=raw,if=virtio,cache=unsafe`],
        ...['-netdev', `tap,id=cable,ifname=${cable},script=no,downscript=no`],
        ...['-device', 'virtio-net-pci,netdev=cable', '-device', 'virtio-rng-pci'],
        ...['-device', 'qemu-xhci,id=usb', '-qmp', `unix:${socket},server=on,wait=off`],
        ...Object.entries(this.#credentials()).flatMap(([name, text]) => [
          '-smbios',
          `type=11,value=io.systemd.credential.binary:${name}=${Buffer.from(text).toString('base64')}`,
        ]),
        ...disks.flatMap((disk) => [
          ...['-blockdev', JSON.stringify(disk.blockDevice), '-device', JSON.stringify(disk.usbDevice)],
        ]),
      ],
      { stdio: ['ignore', log, log] },
    );
    await this.#eventually(async () => (await run('ip', ['link', 'show', cable])).code === 0);
    await succeed('ip', ['link', 'set', cable, 'master', this.#lab.network.bridge, 'up']);
    this.#qmp = await Qmp.connect(socket);
  }

  /** What makes the image this guest (systemd.system-credentials(7)). */
  #credentials() {
    const base64 = (file) => readFileSync(file).toString('base64');
    const key = this.#lab.hostKey(this.name);
    return {
      'network.network.10-lab': `[Match]\nName=eth0\n\n[Network]\nAddress=${this.address}/24\nGateway=${this.#lab.network.address(gateway)}\nLinkLocalAddressing=no\n`,
      'tmpfiles.extra': [
        `f+ /etc/hostname 0644 root root - ${this.name}`,
        // Without its own name, each sudo asks a name server, which is not there.
        `f+ /etc/hosts 0644 root root - 127.0.0.1 localhost\\n127.0.1.1 ${this.name}\\n`,
        'f+ /etc/resolv.conf 0644 root root -',
        `d /home/admin/.ssh 0700 admin admin`,
        `f+~ /home/admin/.ssh/authorized_keys 0600 admin admin - ${base64(`${this.#lab.key}.pub`)}`,
        `f+~ /etc/ssh/ssh_host_ed25519_key 0600 root root - ${base64(key)}`,
        `f+~ /etc/ssh/ssh_host_ed25519_key.pub 0644 root root - ${base64(`${key}.pub`)}`,
        '',
      ].join('\n'),
    };
  }

  async #eventually(holds) {
    while (!(await holds())) {
      if (this.#machine?.exitCode !== null) throw new Error(`${this.name} does not start:\n${this.console}`);
      await sleep(0.05);
    }
  }

  /** What it printed on its console. */
  get console() {
    return readFileSync(join(this.#folder, 'console'), 'utf8');
  }

  /** Waits until one can log in. */
  async ready(seconds = 180) {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      const { code, stderr } = await this.ssh('true');
      if (code === 0) break;
      if (Date.now() > end || this.#machine?.exitCode !== null) {
        throw new Error(`${this.name} does not answer: ${stderr}\n${this.console}`);
      }
      await sleep(0.3);
    }
    // As in the other boards of the lab: the lists of packages count as fresh.
    await this.sudo('touch /var/lib/apt/lists');
  }

  /** Pulls the plug. */
  async powerOff() {
    const machine = this.#machine;
    this.#machine = undefined;
    await run('ssh', ['-O', 'exit', '-S', this.#socket('ssh'), this.address]);
    if (machine === undefined || machine.exitCode !== null) return;
    const ended = new Promise((resolve) => machine.once('exit', resolve));
    machine.kill('SIGKILL');
    await ended;
  }

  /** Plugs a disk in. @param {UsbDisk} disk */
  async plug(disk) {
    await this.#qmp?.execute('blockdev-add', disk.blockDevice);
    await this.#qmp?.execute('device_add', disk.usbDevice);
  }

  /** Pulls a disk out, whoever uses it. @param {UsbDisk} disk */
  async yank(disk) {
    const gone = this.#qmp?.event('DEVICE_DELETED', ({ device }) => device === disk.id);
    await this.#qmp?.execute('device_del', { id: disk.id });
    await gone;
    await this.#qmp?.execute('blockdev-del', { 'node-name': disk.blockDevice['node-name'] });
  }

  /** Runs a command line as the admin. */
  ssh(commandLine, options) {
    // To log in takes seconds: it is done once.
    const once = ['ControlMaster=auto', `ControlPath=${this.#socket('ssh')}`, 'ControlPersist=600'];
    return run(
      'ssh',
      [
        ...[...this.#lab.sshOptions, ...['ConnectTimeout=60', ...once].flatMap((option) => ['-o', option])],
        ...[`admin@${this.address}`, commandLine],
      ],
      options,
    );
  }

  /** Runs a command line as root, which must succeed. @returns {Promise<string>} what it printed */
  async sudo(commandLine) {
    const { code, stdout, stderr } = await this.ssh(`sudo sh -c '${commandLine.replaceAll("'", "'\\''")}'`);
    if (code !== 0) throw new Error(`${this.name}: ${commandLine}\n${stdout}${stderr}exit code ${code}`);
    return stdout;
  }
}

/** A medium in a USB adapter. The name below /dev/disk/by-id/ is that of the adapter. */
export class UsbDisk {
  /**
   * @param {string} id
   * @param {string} file the medium
   * @param {string} serial of the adapter
   */
  constructor(id, file, serial) {
    this.id = id;
    this.file = file;
    this.serial = serial;
    this.device = `/dev/disk/by-id/usb-QEMU_QEMU_HARDDISK_${serial}-0:0`;
  }

  get blockDevice() {
    return { driver: 'raw', 'node-name': `medium-${this.id}`, file: { driver: 'file', filename: this.file } };
  }

  get usbDevice() {
    return {
      driver: 'usb-storage',
      id: this.id,
      bus: 'usb.0',
      drive: this.blockDevice['node-name'],
      serial: this.serial,
      removable: true,
    };
  }
}

/** The control socket of qemu (QEMU Machine Protocol). */
class Qmp {
  #socket;
  /** @type {((message: any) => void)[]} */
  #replies = [];
  /** @type {((message: any) => void)[]} */
  #listeners = [];

  constructor(socket) {
    this.#socket = socket;
    createInterface({ input: socket }).on('line', (line) => {
      const message = JSON.parse(line);
      if (message.event !== undefined) for (const listen of this.#listeners) listen(message);
      else if (message.QMP === undefined) this.#replies.shift()?.(message);
    });
    socket.on('error', () => {});
  }

  static async connect(path) {
    for (let tries = 0; ; tries += 1) {
      const socket = await new Promise((resolve) => {
        const one = connect(path);
        one.once('connect', () => resolve(one));
        one.once('error', () => resolve(undefined));
      });
      if (socket !== undefined) {
        const qmp = new Qmp(socket);
        await qmp.execute('qmp_capabilities');
        return qmp;
      }
      if (tries > 100) throw new Error(`${path} does not answer`);
      await sleep(0.1);
    }
  }

  execute(command, args = {}) {
    return new Promise((resolve, reject) => {
      this.#replies.push(({ error, return: result }) =>
        error === undefined ? resolve(result) : reject(new Error(`${command}: ${error.desc}`)),
      );
      this.#socket.write(`${JSON.stringify({ execute: command, arguments: args })}\n`);
    });
  }

  /** Waits for an event. */
  event(name, matches) {
    return new Promise((resolve) => {
      const listen = (message) => {
        if (message.event !== name || !matches(message.data)) return;
        this.#listeners = this.#listeners.filter((it) => it !== listen);
        resolve(message);
      };
      this.#listeners.push(listen);
    });
  }
}
