// A person's vdirs on a disk, the server of the home, and the programs of the role vdirsyncer between them.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../tools/homes.mjs';
import { tool } from '../tools/install.mjs';
import { run, succeed } from '../tools/process.mjs';
import { newFolder } from '../tools/scratch.mjs';
import { sleep } from '../tools/sleep.mjs';
import { Radicale } from './radicale.mjs';
import { meanings } from './vdir-items.mjs';

export const programs = join(root, 'ansible-gen/roles/vdirsyncer/files');
const marker = '.homecloud-disk';

export class VdirLab {
  /** Settings of the program, as the role writes them. */
  settings;
  /** @type {Radicale} */
  server;
  #file;
  #wrap;

  /**
   * @param {object} options
   * @param {'vdirsyncer' | 'vdirsyncer-oldest'} [options.program]
   * @param {Radicale} [options.server] @default a new one
   * @param {boolean} [options.tls] whether its certificate is of an authority of the home
   * @param {{ disk: string, folder: string }} [options.place] mount point of the disk, and folder of the share
   * @param {string[]} [options.wrap] what the program is started with
   */
  static async make({ program = 'vdirsyncer', server, tls, place, wrap = [] } = {}) {
    const lab = new VdirLab();
    lab.server = server ?? (await Radicale.start({ tls }));
    const folder = realpathSync(newFolder('vdirs'));
    const disk = place?.disk ?? join(folder, 'disk');
    const share = place?.folder ?? join(disk, 'shares/alice');
    if (place === undefined) {
      mkdirSync(share, { recursive: true });
      writeFileSync(join(disk, marker), '{}');
    }
    lab.#wrap = wrap;
    lab.#file = join(folder, 'alice.json');
    lab.settings = {
      user: 'alice',
      owner: 'dnas',
      url: lab.server.url,
      ...(tls && { authority: lab.server.authority }),
      credential: join(folder, 'alice.token'),
      mount_point: disk,
      marker,
      folder: share,
      state: join(disk, '.vdirsyncer/alice'),
      report: join(folder, 'report.json'),
      program: join(await tool(program), 'vdirsyncer'),
    };
    lab.writeSettings();
    lab.writeCredential();
    return lab;
  }

  get folder() {
    return this.settings.folder;
  }

  writeSettings() {
    writeFileSync(this.#file, JSON.stringify(this.settings));
  }

  writeCredential(text = this.server.password) {
    writeFileSync(this.settings.credential, `${text}\n`, { mode: 0o600 });
  }

  #command(args, program = [join(programs, 'vdir_sync.py')]) {
    const [command, ...rest] = [...this.#wrap, 'python3', '-B', ...program, this.#file, ...args];
    return [command, rest];
  }

  /** Runs the program once. @returns {Promise<{ code: number, said: string, report: any }>} */
  run(...args) {
    return this.#outcome(this.#command(args));
  }

  /** Runs it once with other settings, after a line of Python. */
  async runChanged(settings, line) {
    const before = this.settings;
    this.settings = { ...before, ...settings };
    this.writeSettings();
    const start = `import sys; sys.path.insert(0, '${programs}'); ${line}; import vdir_sync; sys.exit(vdir_sync.main())`;
    try {
      return await this.#outcome(this.#command([], ['-c', start]));
    } finally {
      this.settings = before;
      this.writeSettings();
    }
  }

  async #outcome(command) {
    const { code, stdout, stderr } = await run(...command, { minutes: 20 });
    const said = stdout + stderr;
    if (said.includes(this.server.password)) throw new Error(`it tells the credential:\n${said}`);
    if (said.includes('Traceback')) throw new Error(said);
    const { report } = this.settings;
    return { code, said, report: existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined };
  }

  /** Runs it; all must go well. */
  async sync() {
    const outcome = await this.run();
    const { report, code } = outcome;
    if (code !== 0 || report.problem !== null || report.refused.length + report.failed.length > 0) {
      throw new Error(`${outcome.said}\n${JSON.stringify(report)}\n${this.server.log()}`);
    }
    return outcome;
  }

  /** Runs it; one collection must be refused for that reason. */
  async refused(collection, reason) {
    const { report, said } = await this.run();
    const found = report.refused.map((one) => `${one.collection} ${one.reason}`);
    if (!found.includes(`${collection} ${reason}`)) {
      throw new Error(`${collection} is not refused as ${reason}: ${JSON.stringify(report)}\n${said}`);
    }
    return report.refused.find((one) => one.collection === collection).detail;
  }

  /** The samples that the role measures, by the end of their name, and what the playbook verify is told. */
  async told() {
    const folder = newFolder('told');
    writeFileSync(join(folder, 'alice.json'), readFileSync(this.#file));
    const file = join(folder, 'homecloud-vdirsyncer.prom');
    await succeed('python3', ['-B', join(programs, 'vdir_metrics.py'), file, folder]);
    const samples = readFileSync(file, 'utf8').matchAll(/^homecloud_vdir_(\w+)\{person="alice"\} (\d+)$/gm);
    const { stdout } = await succeed('python3', ['-B', join(programs, 'vdir_verify.py'), folder]);
    return {
      samples: Object.fromEntries([...samples].map(([, name, value]) => [name, Number(value)])),
      verify: stdout.trim().split('\n'),
    };
  }

  /** Kills it and all that it started after some time. @returns {Promise<boolean>} whether it was still running */
  async runAndKill(milliseconds) {
    const [command, args] = this.#command([]);
    const child = spawn(command, args, { detached: true, stdio: 'ignore' });
    const end = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
    await Promise.race([sleep(milliseconds / 1000), end]);
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
    return (await end) === 'SIGKILL';
  }

  path(...names) {
    return join(this.folder, ...names);
  }

  write(collection, file, text) {
    mkdirSync(this.path(collection), { recursive: true });
    writeFileSync(this.path(collection, file), text);
  }

  /** The items of a vdir by file name. @returns {Map<string, string>} */
  items(collection) {
    const names = readdirSync(this.path(collection)).filter((name) => /\.(vcf|ics)$/.test(name));
    return new Map(names.sort().map((name) => [name, readFileSync(this.path(collection, name), 'utf8')]));
  }

  /** Texts that were set aside, by file name. @returns {Map<string, string>} */
  aside(collection) {
    const place = this.path('set-aside', collection);
    const names = existsSync(place) ? readdirSync(place).sort() : [];
    return new Map(names.map((name) => [name, readFileSync(join(place, name), 'utf8')]));
  }

  /** Throws where the two sides of a collection differ. @returns {Map<string, string>} what each item means, by UID */
  same(collection) {
    const here = meanings(this.items(collection).values());
    const there = meanings(this.server.items(collection.split('/')[1]).values());
    const differs = [...new Set([...here.keys(), ...there.keys()])].find((uid) => here.get(uid) !== there.get(uid));
    if (differs !== undefined) {
      throw new Error(
        `${collection}: ${here.size} items on the disk, ${there.size} on the server; ${differs} is\n` +
          `${here.get(differs)}\non the disk, and on the server\n${there.get(differs)}`,
      );
    }
    return here;
  }

  stop() {
    return this.server.stop();
  }
}
