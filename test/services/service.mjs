// A container of the sample, run as a process of this machine: its scripts and files as they stand in dist/, in folders of
// a temporary one, with its command, its probes and an account that is not root.
import { spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';
import { run } from '../tools/process.mjs';

const folder = fileURLToPath(new URL('../../dist/kubernetes/apps/nextcloud/', import.meta.url));
const read = (file) => load(readFileSync(join(folder, file), 'utf8'));

/** `nobody` and `nogroup` of Debian, which exist everywhere. */
export const account = { uid: 65534, gid: 65534 };

/** @param {string} name of a workload @returns {Record<string, string>} its files */
export const filesOf = (name) => read(`configmap-${name}.yaml`).data;

/** @param {string} workload @param {string} container of it, or init container */
export function containerOf(workload, container) {
  const { containers, initContainers = [] } = read(`deployment-${workload}.yaml`).spec.template.spec;
  return [...initContainers, ...containers].find(({ name }) => name === container);
}

/** The only container of a job that begins at its hour. @param {string} name */
export const containerOfCronJob = (name) =>
  read(`cronjob-${name}.yaml`).spec.jobTemplate.spec.template.spec.containers[0];

/** @param {string} quantity such as `384Mi` @returns {number} bytes */
export const bytesOf = (quantity) => Number(/^(\d+)Mi$/.exec(quantity)?.[1]) * 2 ** 20;

/** @returns {Promise<number>} a TCP port that nobody has */
export function freePort() {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Folders in place of those of a pod. */
export class Sandbox {
  /** @type {Map<string, string>} */
  #texts = new Map();

  /** @param {Record<string, string>} replaced texts of scripts, arguments and files, by what stands in their place */
  constructor(replaced = {}) {
    this.root = mkdtempSync(join(tmpdir(), 'homecloud-services-'));
    chmodSync(this.root, 0o755);
    for (const [text, other] of Object.entries(replaced)) this.#texts.set(text, other);
  }

  /** Puts a folder in the place of one of the pod. @returns {string} its path */
  folder(path) {
    const place = join(this.root, path);
    mkdirSync(place, { recursive: true });
    chownSync(place, account.uid, account.gid);
    this.#texts.set(path, place);
    return place;
  }

  /** Puts a place that is there already in that of one of the pod. */
  link(path, place) {
    this.#texts.set(path, place);
  }

  /** As it is in the pod, with our folders. The longest path first: one may begin another. */
  text(written) {
    const all = [...this.#texts].sort(([a], [b]) => b.length - a.length);
    const marked = all.reduce((text, [from], index) => text.replaceAll(from, `\u0000${index}\u0001`), written);
    return all.reduce((text, [, to], index) => text.replaceAll(`\u0000${index}\u0001`, to), marked);
  }

  /** Writes files that the account reads and root alone changes. */
  write(files, where) {
    for (const [name, text] of Object.entries(files)) {
      const place = join(this.text(where), name);
      mkdirSync(dirname(place), { recursive: true });
      writeFileSync(place, this.text(text));
    }
  }

  /** A secret, which the account alone reads. */
  secret(path, value) {
    const place = this.text(path);
    writeFileSync(place, value);
    chownSync(place, account.uid, account.gid);
    chmodSync(place, 0o400);
  }

  remove() {
    rmSync(this.root, { recursive: true, force: true });
  }
}

const asAccount = ['--reuid', `${account.uid}`, '--regid', `${account.gid}`, '--clear-groups'];

/** Runs a command as the account to its end. @returns {ReturnType<typeof run>} */
export function runAsAccount(command, { env = {}, minutes = 1 } = {}) {
  return run('setpriv', [...asAccount, ...command], { env: { ...process.env, HOME: '/nonexistent', ...env }, minutes });
}

/** A program that goes on. */
export class Service {
  output = '';
  /** @type {Promise<number | string>} its exit code, or the signal that ended it */
  ended;
  #child;

  /** @param {string[]} [as] whose it is; none: root's */
  constructor(command, env = {}, as = ['setpriv', ...asAccount]) {
    const [program, ...words] = [...as, ...command];
    this.#child = spawn(program, words, {
      env: { ...process.env, HOME: '/nonexistent', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: all of it is ended together.
      detached: true,
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.on('data', (data) => {
        this.output += data;
      });
    }
    this.ended = new Promise((resolve) => this.#child.on('close', (code, signal) => resolve(code ?? signal)));
  }

  get pid() {
    return this.#child.pid;
  }

  get isRunning() {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** As the kubelet ends a container: its first process alone. */
  end(signal = 'SIGTERM') {
    this.#child.kill(signal);
    return this.ended;
  }

  /** As a board that loses its power. */
  kill() {
    try {
      process.kill(-this.#child.pid, 'SIGKILL');
    } catch (error) {
      // All of them have ended.
      if (error.code !== 'ESRCH') throw error;
    }
    return this.ended;
  }

  /** Of it and what it started, with their arguments. @returns {Promise<string>} */
  async processes() {
    return (await run('ps', ['-ww', '-o', 'args=', '-g', `${this.#child.pid}`])).stdout;
  }

  /** @returns {number} bytes of memory that are its own */
  memory() {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${this.#child.pid}/status`, 'utf8'))?.[1]) * 1024;
  }
}

/** @param {boolean} is @param {string} what is wrong otherwise */
export function expect(is, what) {
  if (!is) throw new Error(what);
}

/** Fails with the command that installs what is missing. @param {Record<string, string>} packages by their programs */
export async function needPrograms(packages) {
  const missing = [];
  for (const [program, name] of Object.entries(packages)) {
    if ((await run('sh', ['-c', `command -v ${program}`])).code !== 0) missing.push([program, name]);
  }
  if (missing.length === 0) return;
  const names = [...new Set(missing.map(([, name]) => name))].join(' ');
  throw new Error(
    `${missing.map(([program]) => program).join(', ')} is missing: apt-get install --no-install-recommends ${names}`,
  );
}

/**
 * Makes one for a check, and removes it after, whatever came of it.
 * @template {{ remove(): unknown }} One
 * @param {{ make(): Promise<One> }} kind
 */
export const withOne = (kind) => (/** @type {(one: One) => unknown} */ work) => async () => {
  const one = await kind.make();
  try {
    return await work(one);
  } finally {
    await one.remove();
  }
};
