// The home whose boards the lab has: its config, its secrets and its tree, made by the command line as a person makes
// them, and its playbooks, run as the README says.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tool, withPath } from '../tools/install.mjs';
import { describe, run } from '../tools/process.mjs';
import { emptyHome, homecloud } from '../tools/secret-home.mjs';
import { architecture, packStandIn } from './k3s.mjs';
import { gateway } from './network.mjs';

const k3sVersion = 'v1.37.1+k3s1';

/** The virtual IP of the lab ends with this. */
const virtualIpHost = 10;

export class LabHome {
  #home;
  #lab;
  #k3s;
  #config;

  constructor(home, lab, k3s, config) {
    this.#home = home;
    this.#lab = lab;
    this.#k3s = k3s;
    this.#config = config;
    this.virtualIp = lab.network.address(virtualIpHost);
  }

  /** The kubeconfig that the admin gets. */
  get kubeconfig() {
    return join(this.#home.env.HOME, '.kube/homecloud-lab.yaml');
  }

  /** The command of a playbook, in `dist/ansible`. */
  async #command(playbook, version, options) {
    const programs = await tool(version);
    // What a person writes into ~/.ssh/config. The keys of the boards are known, and checked.
    const ssh = this.#lab.sshOptions.map((option) => (option.includes(' ') ? `'${option}'` : option)).join(' ');
    return {
      // It ends with the run.
      command: 'setpriv',
      args: [
        ...['--pdeathsig=KILL', join(programs, 'ansible-playbook')],
        `homecloud.boards.${playbook}`,
        ...['-e', '@../../secrets/boards.vault.yml'],
        ...['--vault-password-file', '../../node_modules/.bin/homecloud-vault-password'],
        ...['-e', `k3s_local_folder=${this.#k3s.folder}`],
        ...options,
      ],
      cwd: join(this.#home.folder, 'dist/ansible'),
      env: { ...this.#home.env, PATH: withPath(programs).PATH, ANSIBLE_SSH_COMMON_ARGS: ssh },
    };
  }

  /**
   * Runs a playbook.
   * @param {string} playbook `site`
   * @param {string} version of ansible-core
   * @param {string[]} [options]
   * @returns {Promise<{ code: number, output: string, changed: Record<string, number> }>} with the changes by board
   */
  async playbook(playbook, version, options = []) {
    const { command, args, cwd, env } = await this.#command(playbook, version, options);
    const outcome = await run(command, args, { cwd, env, minutes: 10 });
    const recap = outcome.stdout.slice(outcome.stdout.indexOf('PLAY RECAP'));
    const changed = [...recap.matchAll(/^(\S+)\s+: ok=\d+\s+changed=(\d+)/gm)];
    return {
      code: outcome.code,
      output: describe(command, args, outcome),
      warnings: outcome.stderr,
      changed: Object.fromEntries(changed.map(([, board, count]) => [board, Number(count)])),
    };
  }

  /** The admin changes the config, and writes the tree again. @param {(config: object) => object} edit */
  async change(edit) {
    this.#config = edit(this.#config);
    writeConfig(this.#home, this.#config);
    await homecloud(this.#home, 'synth');
  }

  /** The admin writes another version of k3s into the config. */
  async changeK3s(version) {
    this.#k3s = await packStandIn(version);
    const k3s = { version, sha256: { [architecture]: this.#k3s.sha256 } };
    await this.change((config) => ({ ...config, versions: { k3s } }));
  }

  /** `killAt` of the playbook `site`. */
  killSiteAt(version, task) {
    return this.killAt('site', version, task);
  }

  /**
   * Starts a playbook and kills it (-9) when it begins a task.
   * @param {string} playbook
   * @param {string} version of ansible-core
   * @param {string} task part of the header of the task
   * @param {string[]} [options]
   */
  async killAt(playbook, version, task, options = []) {
    const { command, args, cwd, env } = await this.#command(playbook, version, options);
    return new Promise((resolve, reject) => {
      // A process group of its own: a laptop that is shut kills the workers, too.
      const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
      let output = '';
      let isKilled = false;
      child.stdout.on('data', (chunk) => {
        output += chunk;
        if (isKilled || !output.includes(task)) return;
        isKilled = true;
        process.kill(-child.pid, 'SIGKILL');
      });
      child.on('error', reject);
      child.on('close', () =>
        isKilled ? resolve(undefined) : reject(new Error(`the playbook has no task ${task}:\n${output}`)),
      );
    });
  }

  /** Ends the connections that Ansible keeps open. */
  disconnect() {
    const folder = join(this.#home.env.HOME, '.ansible/cp');
    const sockets = existsSync(folder) ? readdirSync(folder) : [];
    for (const socket of sockets) spawnSync('ssh', ['-O', 'exit', '-S', join(folder, socket), 'board']);
  }
}

/**
 * Makes the home of a lab, with its secrets and its tree.
 * @param {import('./lab.mjs').Lab} lab
 * @param {(config: object) => object} [edit] what is different from a home of servers without disks
 */
export async function makeHome(lab, edit = (config) => config) {
  const k3s = await packStandIn(k3sVersion);
  const home = await emptyHome();
  const { address, subnet } = lab.network;
  const config = {
    home: { name: 'lab', domain: 'lab.example.org', admin: { email: 'admin@example.org' } },
    network: {
      subnet,
      gateway: address(gateway),
      nameservers: [address(gateway)],
      virtualIp: address(virtualIpHost),
    },
    boards: lab.boards.map(({ name, address }) => ({
      name,
      address,
      hardware: architecture,
      memory: '8GiB',
      role: 'server',
      boot: 'ssd',
    })),
    git: { url: 'https://git.example.org/admin/home.git', isPublic: true },
    versions: { k3s: { version: k3sVersion, sha256: { [architecture]: k3s.sha256 } } },
  };
  const edited = edit(config);
  writeConfig(home, edited);
  await homecloud(home, 'secrets', 'init');
  await homecloud(home, 'secrets', 'add');
  await homecloud(home, 'synth');
  const made = new LabHome(home, lab, k3s, edited);
  // Before the folder with the sockets is removed.
  process.prependListener('exit', () => made.disconnect());
  return made;
}

function writeConfig(home, config) {
  writeFileSync(
    join(home.folder, 'homecloud.config.ts'),
    `import { defineConfig } from 'homecloud';\n\nexport default defineConfig(${JSON.stringify(config, null, 2)});\n`,
  );
}
