// Clients of a file server, each on a machine of its own: smbclient, and a small client of NFS (nfs41.py).
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { fileServerRoot } from './file-server-root.mjs';

const nfsClient = fileURLToPath(new URL('nfs41.py', import.meta.url));

/** What is wrong, in the word of the protocol: `NT_STATUS_ACCESS_DENIED`, `ROFS`. */
export class Refused extends Error {}

export class Smb {
  /**
   * @param {import('./machine.mjs').Machine} machine
   * @param {{ address: string, share: string, user?: string, password?: string, options?: readonly string[] }} options
   *   without a user it is a guest
   */
  constructor(machine, { address, share, user = 'guest', password = '', options = [] }) {
    this.machine = machine;
    this.place = `//${address}/${share}`;
    this.options = ['--max-protocol=SMB3', '--user', `${user}%${password}`, ...options];
  }

  /**
   * Runs commands of smbclient, until one fails.
   * @param {string} commands with `;` between them
   * @param {string} [input] what they find in the file /tmp/input
   * @returns {Promise<string>} what they printed
   * @throws {Refused}
   */
  run(commands, input = '') {
    return this.#start('exec smbclient "$@"', [...this.options, '--command', commands], input);
  }

  /** As `run`, with a folder of this machine as /tmp/files. @param {string} folder */
  runWith(folder, commands) {
    return this.#start('exec smbclient "$@"', [...this.options, '--command', commands], '', folder);
  }

  /**
   * Runs a command twice in one session. @param {string} command @param {number} seconds between
   * @throws {Refused}
   */
  twice(command, seconds) {
    const script = `(echo '${command}'; sleep ${seconds}; echo '${command}') | smbclient "$@"`;
    return this.#start(script, this.options);
  }

  async #start(script, options, input = '', folder = undefined) {
    const root = await fileServerRoot();
    // What it needs of its machine is the network; its files are those of the root, with a /tmp of its own.
    const bind = folder === undefined ? '' : `mkdir "$0/tmp/files" && mount --bind '${folder}' "$0/tmp/files" && `;
    const inRoot = `mount -t tmpfs tmpfs "$0/tmp" && ${bind}cat > "$0/tmp/input" && exec chroot "$0" sh -c "$@"`;
    const { stdout, stderr } = await this.machine.run(
      'unshare',
      ['--mount', '--propagation=private', 'sh', '-c', inRoot, root, script, 'smbclient', this.place, ...options],
      { input },
    );
    const refused = /NT_STATUS_(?!OK)\w+/.exec(`${stdout}${stderr}`)?.[0];
    if (refused !== undefined) throw new Refused(refused);
    return stdout;
  }

  /** Names in a folder. @param {string} [folder] */
  async names(folder = '') {
    const printed = await this.run(`ls "${folder === '' ? '' : `${folder}/`}*"`);
    return [...printed.matchAll(/^ {2}(.+?) +[DAHSRN]* +\d+ {2}\w{3} \w{3} /gm)]
      .map(([, name]) => name)
      .filter((name) => name !== '.' && name !== '..')
      .sort();
  }

  /** Writes a text to a file. */
  async write(path, text) {
    await this.run(`put /tmp/input "${path}"`, text);
  }

  /** The text of a file. */
  async read(path) {
    return this.run(`get "${path}" -`);
  }
}

/** A session of NFS, which lives as long as this process. */
export class Nfs {
  #process;
  #answers = [];
  #said = '';

  /**
   * @param {import('./machine.mjs').Machine} machine
   * @param {string} address
   * @param {{ version?: number, minor?: number }} [options] @default 4.2
   */
  constructor(machine, address, { version = 4, minor = 2 } = {}) {
    this.#process = spawn(
      'setpriv',
      [
        ...['--pdeathsig=KILL', 'ip', 'netns', 'exec', machine.namespace],
        ...['python3', nfsClient, address, `${minor}`, `${version}`],
      ],
      { stdio: ['pipe', 'pipe', 'pipe'] },
    );
    this.#process.stderr.on('data', (text) => {
      this.#said += text;
    });
    createInterface({ input: this.#process.stdout }).on('line', (line) =>
      this.#answers.shift()?.resolve(JSON.parse(line)),
    );
    this.#process.on('close', () => {
      for (const { reject } of this.#answers) reject(new Error(`the client of NFS has ended:\n${this.#said}`));
    });
    // A reader that has ended.
    this.#process.stdin.on('error', () => {});
  }

  /**
   * Does something, as `nfs41.py` says.
   * @throws {Refused}
   */
  async do(command, ...args) {
    const answer = new Promise((resolve, reject) => {
      this.#answers.push({ resolve, reject });
    });
    this.#process.stdin.write(`${JSON.stringify([command, ...args])}\n`);
    const { ok, error } = await answer;
    if (error !== undefined) throw new Refused(error);
    return ok;
  }

  end() {
    this.#process.kill('SIGKILL');
  }
}

/**
 * Expects something to be refused.
 * @param {string} what
 * @param {Promise<unknown>} work
 * @param {RegExp} how
 */
export async function refused(what, work, how) {
  const outcome = await work.then(
    (answer) => `not refused: ${JSON.stringify(answer)}`,
    (error) => {
      if (error instanceof Refused) return error.message;
      throw error;
    },
  );
  if (!how.test(outcome)) throw new Error(`${what} should have been refused with ${how}: ${outcome}`);
}
