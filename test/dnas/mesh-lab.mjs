// Boards with the real Syncthing, each on a loopback address of its own, with folders in the place of disks. What the
// role syncthing tells its program is told here, from the same model; Ansible around it is checked on boards.
import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { load } from 'js-yaml';
import { root } from '../tools/homes.mjs';
import { loopbackNetwork } from '../tools/loopback.mjs';
import { describe, run, succeed } from '../tools/process.mjs';
import { newFolder } from '../tools/scratch.mjs';
import { sleep } from '../tools/sleep.mjs';
import { sources } from '../tools/sources.mjs';
import { until } from './until.mjs';

export const role = join(root, 'ansible-gen/roles/syncthing');
const unit = 'homecloud-syncthing.service.j2';
/** Options of the role as it has them in a private home. */
const { syncthing_own_options: ownOptions } = load(readFileSync(join(role, 'vars/main.yml'), 'utf8'));
export const offsitePassword = 'the password of peers elsewhere';

let bundled;
const code = () => {
  bundled ??= sources([
    'ansible-gen/roles/syncthing/role.ts',
    'model/check.ts',
    'model/plan.ts',
    'secret-values/syncthing.ts',
  ]);
  return bundled;
};

/** @returns {(host: number) => string} */
function onLoopback() {
  const network = loopbackNetwork();
  return (host) => `${network}.${host}`;
}

// As the units of a board have it: the group may write what others make. For all checks of a run, from its start.
process.umask(0o002);

/** Ends of the addresses. */
const hosts = { oak: 11, elm: 12, phone: 21, cabin: 22 };

/**
 * Where an instance runs, if not on this machine with folders in the place of disks.
 * @typedef {object} Place
 * @property {string} namespace of the network of its machine
 * @property {string} [disks] folder of its disks
 * @property {Record<string, string>} [home] what the markers of its disks say of their home, @default nothing
 */

/** Processes that run: they are in sessions of their own, and would outlive this one. @type {Set<number>} */
const sessions = new Set();
process.on('exit', () => {
  for (const session of sessions) signalSession(session, 'SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));

/** To all processes of a session: Syncthing moves to a group of its own when it lowers its priority. */
function signalSession(session, signal) {
  spawnSync('pkill', [`-${signal}`, '--session', `${session}`]);
}

/** A home of two boards: `elm` has a second disk. */
function homeConfig(ids, change) {
  const disk = (name) => ({ name, device: `/dev/disk/by-id/usb-Lab_${name}-0:0`, purpose: 'dnas' });
  const board = (name, last, disks) => ({
    name,
    address: `192.168.0.${last}`,
    hardware: 'raspberry-pi-5',
    memory: '4GiB',
    role: name === 'oak' ? 'server' : 'agent',
    boot: 'ssd',
    disks: disks.map((one) => ({ ...disk(one), device: `/dev/disk/by-id/usb-Lab_${name}_${one}-0:0` })),
  });
  const config = {
    home: { domain: 'home.example.org', admin: { email: 'admin@mail.example.org' } },
    network: {
      subnet: '192.168.0.0/24',
      gateway: '192.168.0.1',
      nameservers: ['192.168.0.1'],
      virtualIp: '192.168.0.10',
    },
    people: [{ name: 'alice', uid: 2001, devices: [{ name: 'phone', syncthing: ids.phone }] }],
    boards: [board('oak', 11, ['data']), board('elm', 12, ['archive', 'data'])],
    git: { url: 'https://git.example.org/admin/home.git' },
    shares: [
      { name: 'photos', on: ['oak/data', 'elm/data'], people: ['alice'] },
      { name: 'films', on: ['oak/data', 'elm/archive'], people: ['alice'], sync: { devices: false } },
    ],
    syncthing: { offsite: [{ name: 'cabin', device: ids.cabin, address: 'tcp://192.168.0.22:22000' }] },
  };
  change(config);
  return config;
}

/** Options of a private home, for an instance that is alone at its address. */
const optionsOf = (address) => ({
  ...ownOptions,
  ...{ globalAnnounceEnabled: false, relaysEnabled: false, natEnabled: false, localAnnounceEnabled: false },
  listenAddresses: [`tcp://${address}:22000`],
  // Sooner than at home.
  reconnectionIntervalS: 5,
});

/** The owner of all files, and of Syncthing: it is not root, as on a board. */
const owner = { name: 'dnas', uid: 1010, gid: 1010 };

/** A folder of the owner, as the roots of disks are. */
function ownFolder(path) {
  mkdirSync(path, { recursive: true });
  chownSync(path, owner.uid, owner.gid);
  chmodSync(path, 0o2771);
  return path;
}

const copies = new Map();
/** The same program where its owner may run it: the folder of the tools is another's. */
function programOf(file) {
  if (!copies.has(file)) {
    const copy = join(newFolder('program'), 'syncthing');
    copyFileSync(file, copy);
    chmodSync(copy, 0o755);
    copies.set(file, copy);
  }
  return copies.get(file);
}

let libexec;
/** The programs of the role, where the owner may read them. */
function programsOfOwner() {
  if (libexec === undefined) {
    libexec = newFolder('libexec');
    cpSync(join(role, 'files'), libexec, { recursive: true });
    chmodSync(libexec, 0o755);
  }
  return libexec;
}

/** As the role writes it for the first start (templates/config.xml.j2). @param {string} key of the API */
export function firstConfig(address, key) {
  const options = Object.entries(optionsOf(address)).map(([option, value]) =>
    option === 'listenAddresses' ? `<listenAddress>${value}</listenAddress>` : `<${option}>${value}</${option}>`,
  );
  return (
    `<configuration version="37"><gui enabled="true" tls="false"><address>${address}:8384</address>` +
    `<apikey>${key}</apikey></gui><options>${options.join('')}</options></configuration>`
  );
}

/** What the REST API at an address answers. */
export async function ask(address, key, path, method = 'GET', body = undefined) {
  const answer = await fetch(`http://${address}:8384/rest/${path}`, {
    method,
    headers: { 'X-API-Key': key },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${address}: ${method} ${path}: ${answer.status} ${text}`);
  return /^[{[]/.test(text.trim()) ? JSON.parse(text) : text;
}

/** A process of Syncthing, and what is on its disks. */
export class Instance {
  #program;
  #namespace;
  #home;
  #process;
  /** @type {() => string} what it has printed */
  log = () => '';
  /** The end of what it had printed, each time that it failed. @type {string[]} */
  failures = [];
  #isWanted = false;
  #key = randomUUID();

  /** @param {{ address: string, place?: Place }} where */
  constructor(name, program, identity, { address, place }) {
    this.name = name;
    this.#program = program;
    this.#namespace = place?.namespace;
    this.#home = place?.home ?? {};
    this.id = identity.deviceId;
    this.address = address;
    this.folder = ownFolder(newFolder(name));
    /** The folder of the disks. */
    this.disks = place?.disks ?? join(this.folder, 'dnas');
    // The way to it.
    chmodSync(dirname(this.folder), 0o711);
    this.home = ownFolder(join(this.folder, 'home'));
    writeFileSync(join(this.home, 'cert.pem'), identity.certificate);
    writeFileSync(join(this.home, 'key.pem'), identity.key, { mode: 0o600 });
    writeFileSync(join(this.home, 'config.xml'), firstConfig(this.address, this.#key));
    for (const file of readdirSync(this.home)) chownSync(join(this.home, file), owner.uid, owner.gid);
  }

  /** The folder of a share, or a file in it. */
  path(share, ...more) {
    return join(this.disks, this.name === 'elm' && share === 'films' ? 'archive' : 'data', 'shares', share, ...more);
  }

  /** Puts a new, empty disk in, as the role usb_storage leaves it. */
  plug(disk) {
    ownFolder(join(this.disks, disk));
    const marker = { ...this.#home, board: this.name, disk, uuid: randomUUID() };
    writeFileSync(join(this.disks, disk, '.homecloud-disk'), JSON.stringify(marker));
  }

  /** Pulls a disk out: an empty mount point stays. @returns what plugs it in again */
  pull(disk) {
    const drawer = join(newFolder('drawer'), disk);
    renameSync(join(this.disks, disk), drawer);
    mkdirSync(join(this.disks, disk));
    return () => {
      rmSync(join(this.disks, disk), { recursive: true });
      renameSync(drawer, join(this.disks, disk));
    };
  }

  async start(program = this.#program) {
    this.#program = program;
    const index = join(this.disks, 'data/.syncthing');
    await this.prepare();
    const args = [
      'serve',
      `--config=${this.home}`,
      `--data=${index}`,
      `--gui-address=http://${this.address}:8384`,
      ...['--no-browser', '--no-restart', '--no-upgrade'],
    ];
    const { uid, gid } = owner;
    const asOwner = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', programOf(program), ...args];
    const onMachine = this.#namespace === undefined ? [] : ['ip', 'netns', 'exec', this.#namespace];
    const [command, ...rest] = [...onMachine, 'setpriv', ...asOwner];
    this.#process = spawn(command, rest, {
      env: { PATH: process.env.PATH, HOME: this.folder },
      stdio: ['ignore', 'pipe', 'pipe'],
      // Version 1 is two processes: they end together.
      detached: true,
    });
    sessions.add(this.#process.pid);
    this.#isWanted = true;
    this.#process.once('exit', (status) => {
      if (this.#isWanted && status !== 0) this.#startAgain(status);
    });
    const said = [];
    for (const stream of [this.#process.stdout, this.#process.stderr]) stream.on('data', (text) => said.push(text));
    this.log = () => Buffer.concat(said).toString();
    await until(`${this.name} answers`, async () => void (await this.api('system/ping'))).catch((error) => {
      throw new Error(`${error.message}\n${this.log()}`);
    });
  }

  /** As the unit does: status 3 asks for it, others are failures. */
  async #startAgain(status) {
    if (status !== 3) this.failures.push(this.log().slice(-4000));
    sessions.delete(this.#process.pid);
    await sleep(2);
    // What is wrong shows in the checks: it does not answer.
    if (this.#isWanted) await this.start().catch(() => undefined);
  }

  /** What the unit does before each start. */
  async prepare() {
    const [, line] = /^ExecStartPre=(.*)$/m.exec(readFileSync(join(role, 'templates', unit), 'utf8'));
    const command = line
      .replace('{{ syncthing_libexec }}', programsOfOwner())
      .replace('{{ syncthing_home }}', this.home)
      .replace('{{ syncthing_index }}', join(this.disks, 'data/.syncthing'));
    await succeed('setpriv', [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups', ...command.split(' ')]);
  }

  async stop(signal = 'SIGTERM') {
    const child = this.#process;
    this.#isWanted = false;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const end = new Promise((resolve) => child.once('exit', resolve));
    signalSession(child.pid, signal);
    await end;
    while ((await run('pgrep', ['--session', `${child.pid}`])).code === 0) await sleep(0.05);
    sessions.delete(child.pid);
  }

  /** What the REST API answers. */
  api(path, method = 'GET', body) {
    return ask(this.address, this.#key, path, method, body);
  }

  /** Lets it look at its folders now, not when its watcher has waited. */
  async scan() {
    const folders = await this.api('config/folders');
    await Promise.allSettled(folders.map(({ id }) => this.api(`db/scan?folder=${id}`, 'POST')));
  }

  status(share) {
    return this.api(`db/status?folder=homecloud-${share}`);
  }

  /** Runs the program of the role. @returns {Promise<{ changes: string[], unknown: string[], notes: string[], problems: string[], restart: boolean }>} */
  async apply(wanted, ...args) {
    const input = JSON.stringify(wanted);
    const outcome = await run('python3', ['-B', join(role, 'files/syncthing_mesh.py'), ...args], { input, minutes: 2 });
    if (outcome.code !== 0) throw new Error(describe('syncthing_mesh.py', args, outcome));
    const told = outcome.stdout + outcome.stderr + this.log();
    if (told.includes(offsitePassword) || told.includes(this.#key)) throw new Error(`it tells a secret:\n${told}`);
    const result = JSON.parse(outcome.stdout);
    // As the role does.
    if (result.restart) {
      await this.stop();
      await this.start();
    }
    return result;
  }

  /** Runs a program of the role that looks at Syncthing. @returns {Promise<string>} what it printed */
  async #look(program, devices) {
    const file = join(this.folder, 'syncthing.json');
    const { home, folder } = this;
    const cache = join(folder, 'cache.json');
    writeFileSync(file, JSON.stringify({ api: `http://${this.address}:8384`, home, folder, cache, devices, owner }));
    const outcome = await run('python3', ['-B', join(role, 'files', program), file]);
    if (outcome.code !== 0) throw new Error(describe(program, [file], outcome));
    return outcome.stdout;
  }

  /** What the playbook verify is told. */
  verifyText(devices = []) {
    return this.#look('syncthing_verify.py', devices);
  }

  /** As above, each line `state what`. */
  async verify(devices = []) {
    const lines = (await this.verifyText(devices)).trim().split('\n');
    return lines.map((line) => line.split('\t').slice(0, 2).join(' ')).sort();
  }

  /** The samples that the role measures, by `name{labels}`. */
  async measure(devices = []) {
    await this.#look('syncthing_metrics.py', devices);
    const { folder } = this;
    const lines = readFileSync(join(folder, 'homecloud-syncthing.prom'), 'utf8').split('\n');
    return Object.fromEntries(
      lines
        .filter((line) => line !== '' && !line.startsWith('#'))
        .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
    );
  }
}

export class MeshLab {
  #instances = new Map();
  #ids;
  #addressOf;

  /**
   * Starts both boards, new and without a folder.
   * @param {Record<string, string>} programs of Syncthing, by the name of the instance
   * @param {{ addressOf?: (host: number) => string, places?: Record<string, Place> }} [network]
   */
  static async make(programs, { addressOf = onLoopback(), places = {} } = {}) {
    const lab = new MeshLab();
    lab.#addressOf = addressOf;
    const { makeSyncthingIdentity } = await code();
    for (const [name, host] of Object.entries(hosts)) {
      const where = { address: addressOf(host), place: places[name] };
      const identity = await makeSyncthingIdentity(new Date());
      lab.#instances.set(name, new Instance(name, programs[name] ?? programs.oak, identity, where));
    }
    lab.#ids = Object.fromEntries([...lab.#instances].map(([name, { id }]) => [name, id]));
    lab.oak.plug('data');
    lab.elm.plug('data');
    lab.elm.plug('archive');
    await Promise.all([lab.oak.start(), lab.elm.start()]);
    return lab;
  }

  get oak() {
    return this.#instances.get('oak');
  }
  get elm() {
    return this.#instances.get('elm');
  }
  /** A device of alice. */
  get phone() {
    return this.#instances.get('phone');
  }
  /** A peer elsewhere. */
  get cabin() {
    return this.#instances.get('cabin');
  }

  /** What the role tells its program on a board, of the home as `change` changes it. */
  async wanted(board, change = () => {}) {
    const { checkConfig, planModel, syncthing } = await code();
    const halves = Object.fromEntries(['oak', 'elm'].map((one) => [`syncthing-${one}`, { deviceId: this.#ids[one] }]));
    const model = planModel(checkConfig(homeConfig(this.#ids, change)).config, '0.0.0-lab', [], halves);
    const of = model.boards.find(({ name }) => name === board.name);
    const value = (key) => {
      const { board: ofBoard, all } = syncthing.variables[key];
      return ofBoard?.(of, model) ?? all?.(model);
    };
    const here = JSON.stringify({ devices: value('devices'), folders: value('folders') })
      .replaceAll('192.168.0.', this.#addressOf(0).replace(/0$/, ''))
      .replaceAll('"/srv/dnas/', `"${board.disks}/`);
    return {
      api: `http://${board.address}:8384`,
      home: board.home,
      record: join(board.folder, 'record.json'),
      wait: 20,
      marker: model.dnas.marker,
      owner,
      unknown: value('unknown'),
      options: optionsOf(board.address),
      offsite_password: offsitePassword,
      ...JSON.parse(here),
    };
  }

  /** The change that makes the cabin a peer of the photos. */
  static withCabin({ shares }) {
    shares[0].sync = { offsite: ['cabin'] };
  }

  /** Runs the program of the role on both boards. @returns what it did on each */
  async apply(change) {
    const [oak, elm] = [await this.wanted(this.oak, change), await this.wanted(this.elm, change)];
    return { oak: await this.oak.apply(oak), elm: await this.elm.apply(elm) };
  }

  /** Waits until both boards have the same of a share. */
  async converge(share) {
    await until(`${share} is the same on both boards`, async () => {
      await Promise.all([this.oak.scan(), this.elm.scan()]);
      const [ours, theirs] = await Promise.all([this.oak.status(share), this.elm.status(share)]);
      for (const { state, needTotalItems, error } of [ours, theirs]) {
        if (state !== 'idle' || needTotalItems > 0) throw new Error(`${share}: ${state} ${needTotalItems} ${error}`);
      }
      for (const [board, peer] of [
        [this.oak, this.elm],
        [this.elm, this.oak],
      ]) {
        const { connections } = await board.api('system/connections');
        if (connections[peer.id]?.connected !== true) throw new Error('the boards are not connected');
        const { needItems } = await board.api(`db/completion?folder=homecloud-${share}&device=${peer.id}`);
        if (needItems > 0) throw new Error(`${share}: ${board.name} says that ${peer.name} needs ${needItems} items`);
      }
      // Syncthing thinks that all is done before it hears of the last change.
      const [first, second] = [this.oak, this.elm].map((board) => texts(board.path(share)));
      if (JSON.stringify([...first]) !== JSON.stringify([...second]))
        throw new Error(`${share}: oak has ${[...first.keys()]}, elm ${[...second.keys()]}, or not with the same text`);
    });
  }

  /** Throws when a program has ended though nobody stopped it: no check but that of a full disk is reason for it. */
  expectNoFailure() {
    for (const { name, failures } of this.#instances.values())
      expect(failures.length === 0, `Syncthing of ${name} failed:\n${failures.join('\n')}`);
  }

  async stop() {
    await Promise.all([...this.#instances.values()].map((instance) => instance.stop('SIGKILL')));
  }
}

/**
 * The text of each file below a folder, by path, without what is Syncthing's own and what is not synced.
 * @param {{ withVersions?: boolean }} [options] also those that Syncthing keeps
 */
export function texts(folder, { withVersions = false } = {}) {
  if (!existsSync(folder)) return new Map();
  const own = withVersions ? /^\.(stfolder|stignore|recycle)(\/|$)/ : /^\.(stfolder|stignore|stversions|recycle)(\/|$)/;
  const isOther = (path) => own.test(path) || /(^|\/)(\.syncthing\.[^/]*\.tmp|\.DS_Store)$/.test(path);
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => !isOther(path));
  const files = paths.filter((path) => statSync(join(folder, path), { throwIfNoEntry: false })?.isFile()).sort();
  return new Map(files.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

export function expect(isRight, otherwise) {
  if (!isRight) throw new Error(otherwise);
}
