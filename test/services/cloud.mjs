// A Nextcloud whose accounts the role `people` looks after: the stand-in for `occ`, or a real one.
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run, succeed } from '../tools/process.mjs';
import { newFolder } from '../tools/scratch.mjs';

const standIns = fileURLToPath(new URL('occ-stand-in', import.meta.url));

/** The program of the role. */
export const program = fileURLToPath(new URL('../../ansible-gen/roles/people/files/people.py', import.meta.url));

const pod = (isReady) => ({
  metadata: { name: 'nextcloud-0' },
  status: { conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }] },
});

/** What a real Nextcloud runs with, by the folder where it is unpacked. @type {Map<string, Promise<NodeJS.ProcessEnv>>} */
const installed = new Map();

/** Installs one that is unpacked, with SQLite, so that all it writes is elsewhere. */
async function install(unpacked) {
  const folder = newFolder('real-nextcloud');
  const environment = { NEXTCLOUD_CONFIG_DIR: join(folder, 'config') };
  mkdirSync(environment.NEXTCLOUD_CONFIG_DIR);
  const args = ['--no-interaction', '--database=sqlite', '--admin-pass=only of the lab', `--data-dir=${folder}/data`];
  const env = { ...process.env, ...environment };
  await succeed('php', [join(unpacked, 'occ'), 'maintenance:install', ...args], { env });
  return environment;
}

/** @typedef {{ name: string, full_name?: string, email?: string, quota?: number, language?: string, groups?: string[] }} Person */

export class Cloud {
  /** @param {string} [unpacked] folder of a real Nextcloud, @default the stand-in */
  static async make(unpacked) {
    if (unpacked === undefined) return new Cloud(undefined, {});
    const environment = installed.get(unpacked) ?? install(unpacked);
    installed.set(unpacked, environment);
    return new Cloud(unpacked, await environment);
  }

  constructor(unpacked, environment) {
    this.unpacked = unpacked;
    this.folder = newFolder('cloud');
    this.kubectl = this.#program('kubectl', `exec python3 ${standIns}/kubectl.py ${this.folder} "$@"`);
    this.occ = ['php', unpacked === undefined ? '/var/www/html/occ' : join(unpacked, 'occ')];
    if (unpacked === undefined) {
      this.#program('php', `OCC_STATE=${this.folder}/state.json exec python3 ${standIns}/occ.py "$@"`);
    }
    const path = `${this.folder}${delimiter}${process.env.PATH}`;
    this.env = { ...process.env, ...environment, PATH: path, LC_ALL: 'C.UTF-8' };
    this.setReady(true);
  }

  #program(name, line) {
    const file = join(this.folder, name);
    writeFileSync(file, `#!/bin/sh\n${line}\n`);
    chmodSync(file, 0o755);
    return file;
  }

  setReady(isReady) {
    writeFileSync(join(this.folder, 'pods.json'), JSON.stringify({ items: [pod(isReady)] }));
  }

  /** Lets the call of kubectl of this number be killed; `undefined`: none. */
  failAt(number) {
    const file = join(this.folder, 'fail-at');
    rmSync(join(this.folder, 'log'), { force: true });
    if (number === undefined) rmSync(file, { force: true });
    else writeFileSync(file, String(number));
  }

  /** All accounts of the stand-in, to be put back. */
  keep() {
    return readFileSync(join(this.folder, 'state.json'));
  }

  putBack(kept) {
    writeFileSync(join(this.folder, 'state.json'), kept);
  }

  /** How often kubectl was called since. */
  get calls() {
    return this.log.split('\n').length - 1;
  }

  /** All arguments that kubectl, and with it `occ`, was ever given. */
  get log() {
    const file = join(this.folder, 'log');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  /** As somebody does it in Nextcloud itself. */
  async ask(...args) {
    const [php, occ] = this.occ;
    return (await succeed(php, [occ, ...args], { env: this.env })).stdout;
  }

  /** Forgets all but the first account. */
  async empty() {
    if (this.unpacked === undefined) {
      rmSync(join(this.folder, 'state.json'), { force: true });
      return;
    }
    for (const name of Object.keys(await this.accounts())) if (name !== 'admin') await this.ask('user:delete', name);
    for (const group of await this.groups()) if (group !== 'admin') await this.ask('group:delete', group);
    await this.ask('config:app:delete', 'homecloud', 'people');
  }

  async accounts() {
    return JSON.parse(await this.ask('user:list', '--info', '--output=json'));
  }

  async groups() {
    return Object.keys(JSON.parse(await this.ask('group:list', '--output=json')));
  }

  async language(name) {
    return (await this.ask('user:setting', '--default-value=', '--', name, 'core', 'lang')).trim();
  }

  async tokens(name) {
    return JSON.parse(await this.ask('user:auth-tokens:list', '--output=json', '--', name)).map(({ id }) => id);
  }

  /** Whether a text is the password of an account. */
  async isPassword(name, text) {
    if (this.unpacked === undefined) {
      return JSON.parse(readFileSync(join(this.folder, 'state.json'), 'utf8')).users[name].password === text;
    }
    const script = `require '${this.unpacked}/lib/base.php';
      echo json_encode(\\OC::$server->get(\\OCP\\IUserManager::class)->checkPassword(getenv('NAME'), getenv('TEXT')) !== false);`;
    const { stdout } = await succeed('php', ['-r', script], { env: { ...this.env, NAME: name, TEXT: text } });
    return stdout.trim().endsWith('true');
  }

  /**
   * What the program is told.
   * @param {readonly Person[]} people
   * @param {{ passwords?: Record<string, string>, tokens?: Partial<Record<'missing' | 'there' | 'away', string[]>> }} [more]
   */
  wanted(people, { passwords = {}, tokens = {} } = {}) {
    return {
      kubectl: [this.kubectl],
      namespace: 'nextcloud',
      selector: 'app.kubernetes.io/name=nextcloud',
      container: 'nextcloud',
      occ: this.occ,
      admin: 'admin',
      people: people.map((person) => ({ full_name: person.name, groups: [], ...person })),
      passwords: { ...Object.fromEntries(people.map(({ name }) => [name, `the first of ${name}`])), ...passwords },
      tokens: { missing: [], there: [], away: [], ...tokens },
    };
  }

  /** What the stand-in does when a token is made: `broken`, or `others`. */
  set tokensAre(what) {
    this.env.OCC_TOKENS = what;
  }

  /** Runs the program. */
  run(wanted, ...args) {
    return run('python3', [program, ...args], { env: this.env, input: JSON.stringify(wanted) });
  }

  /** What the program says that it did. */
  async does(wanted, ...args) {
    const { code, stdout, stderr } = await this.run(wanted, ...args);
    if (code !== 0) throw new Error(`${stderr}\n${stdout}`);
    return JSON.parse(stdout);
  }
}
