// The home whose boards the lab has: its config, its secrets and its tree, made by the command line as a person makes
// them, and its playbooks, run as the README says.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tool, withPath } from '../tools/install.mjs';
import { describe, run } from '../tools/process.mjs';
import { newFolder } from '../tools/scratch.mjs';
import { emptyHome, homecloud, openSops } from '../tools/secret-home.mjs';
import { installDevsec } from './devsec.mjs';
import { writeFluxManifest } from './flux-manifest.mjs';
import { overrides } from './hardening.mjs';
import { architecture, packStandIn } from './k3s.mjs';
import { gateway } from './network.mjs';
import { packSyncthing } from './syncthing-archive.mjs';

const k3sVersion = 'v1.37.1+k3s1';

/** The virtual IP of the lab ends with this. */
const virtualIpHost = 10;

/** The play of `site`. */
const onlyHardening = `---
- name: Hardening of servers
  hosts: servers
  become: true
  serial: 1
  max_fail_percentage: 0
  roles:
    - role: homecloud.boards.hardening
`;
/**
 * What preflight finds in every lab, truly: boards have no way to a Git server, and where this machine has cgroups of
 * version 1, so have they; the stand-in for k3s does without.
 */
export const accepted = ['git', 'cgroup'];

export class LabHome {
  #home;
  #lab;
  #k3s;
  #syncthing;
  #flux;
  #config;

  constructor(home, lab, { k3s, syncthing, flux }, config) {
    this.#home = home;
    this.#lab = lab;
    this.#k3s = k3s;
    this.#syncthing = syncthing;
    this.#flux = flux;
    this.#config = config;
    this.virtualIp = lab.network.address(virtualIpHost);
  }

  /** The kubeconfig that the admin gets. */
  get kubeconfig() {
    return join(this.#home.env.HOME, '.kube/homecloud-lab.yaml');
  }

  /** The folder with `ansible.cfg`. */
  get project() {
    return join(this.#home.folder, 'dist/ansible');
  }

  /** The command of a playbook, in `dist/ansible`. @param {string} playbook its name in the collection, or a file */
  async #command(playbook, version, options) {
    const programs = await tool(version);
    // Nothing of the person who runs the lab: the keys of the boards are those of the config.
    const ssh = '-F none -o IdentitiesOnly=yes -o BatchMode=yes -o UserKnownHostsFile=none';
    return {
      // It ends with the run.
      command: 'setpriv',
      args: [
        ...['--pdeathsig=KILL', join(programs, 'ansible-playbook')],
        playbook.includes('/') ? playbook : `homecloud.boards.${playbook}`,
        ...['-e', '@../../secrets/boards.vault.yml'],
        ...['--vault-password-file', '../../node_modules/.bin/homecloud-vault-password'],
        ...['-e', `k3s_local_folder=${this.#k3s.folder}`],
        ...['-e', `syncthing_local_folder=${this.#syncthing.folder}`],
        ...['-e', JSON.stringify({ preflight_accept: accepted })],
        ...['-e', `flux_local_folder=${this.#flux.folder}`],
        ...options,
      ],
      cwd: this.project,
      env: {
        ...this.#home.env,
        PATH: withPath(programs).PATH,
        ANSIBLE_PRIVATE_KEY_FILE: this.#lab.key,
        ANSIBLE_SSH_COMMON_ARGS: ssh,
      },
    };
  }

  /**
   * Runs a playbook.
   * @param {string} playbook `site`, or the path of one of the lab's own
   * @param {string} version of ansible-core
   * @param {string[]} [options]
   * @returns {Promise<{ code: number, output: string, changed: Record<string, number> }>} with the changes by board
   */
  async playbook(playbook, version, options = []) {
    const { command, args, cwd, env } = await this.#command(playbook, version, options);
    const outcome = await run(command, args, { cwd, env, minutes: 20 });
    const recap = outcome.stdout.slice(outcome.stdout.indexOf('PLAY RECAP'));
    const changed = [...recap.matchAll(/^(\S+)\s+: ok=\d+\s+changed=(\d+)/gm)];
    return {
      code: outcome.code,
      output: describe(command, args, outcome),
      warnings: outcome.stderr,
      changed: Object.fromEntries(changed.map(([, board, count]) => [board, Number(count)])),
    };
  }

  /** Runs the role `hardening` alone, on some boards. */
  async hardening(version, boards, options = []) {
    const playbook = 'dist/ansible/collections/ansible_collections/homecloud/boards/playbooks/only_hardening.yml';
    const limit = boards.map(({ name }) => name).join(',');
    writeFileSync(join(this.#home.folder, playbook), onlyHardening);
    try {
      return await this.playbook('only_hardening', version, ['--limit', limit, ...options]);
    } finally {
      rmSync(join(this.#home.folder, playbook));
    }
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
    await this.change((config) => ({ ...config, versions: { ...config.versions, k3s } }));
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
    let output = '';
    let isKilled = false;
    await this.#follow(playbook, version, options, (chunk, kill) => {
      output += chunk;
      if (isKilled || !output.includes(task)) return;
      isKilled = true;
      kill();
    });
    if (!isKilled) throw new Error(`the playbook has no task ${task}:\n${output}`);
  }

  /**
   * Runs the playbook `site` and takes the time.
   * @param {string} version of ansible-core
   * @returns {Promise<{ header: string, seconds: number }[]>} of each task: from its header to the next
   */
  async siteTimes(version) {
    const tasks = [{ header: 'start of Ansible', at: performance.now() }];
    let line = '';
    const code = await this.#follow('site', version, [], (chunk) => {
      const lines = (line + chunk).split('\n');
      line = lines.pop();
      for (const text of lines) {
        const header = /^(?:TASK|PLAY|RUNNING HANDLER) \[?(.*?)\]? \*+$/.exec(text)?.[1];
        if (header !== undefined) tasks.push({ header, at: performance.now() });
      }
    });
    if (code !== 0) throw new Error(`site ended with ${code}`);
    const end = performance.now();
    return tasks.map(({ header, at }, index) => ({ header, seconds: ((tasks[index + 1]?.at ?? end) - at) / 1000 }));
  }

  /**
   * Runs a playbook and hears what it prints, when it does.
   * @param {(chunk: string, kill: () => void) => void} hear
   * @returns {Promise<number | null>} the exit code
   */
  async #follow(playbook, version, options, hear) {
    const { command, args, cwd, env } = await this.#command(playbook, version, options);
    return new Promise((resolve, reject) => {
      // A process group of its own: a laptop that is shut kills the workers, too.
      const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
      child.stdout.setEncoding('utf8').on('data', (chunk) => hear(chunk, () => process.kill(-child.pid, 'SIGKILL')));
      child.on('error', reject);
      child.on('close', resolve);
    });
  }

  /**
   * Runs roles of the collection on a board, or on several with commas between them.
   * @param {string} board
   * @param {string[]} roles by their short names
   * @param {string} version of ansible-core
   * @param {string[]} [options]
   */
  async roles(board, roles, version, options = []) {
    return this.playbook(playbookOf(board, roles), version, options);
  }

  /** `killAt` of what `roles` runs. */
  killRolesAt(board, roles, version, task) {
    return this.killAt(playbookOf(board, roles), version, task);
  }

  /** An encrypted file, as the admin opens it. @param {string} path below the folder of the home */
  openSops(path) {
    return openSops(this.#home, path, { SOPS_AGE_KEY_FILE: this.#home.identity });
  }

  /** What everyone may know of its secrets, as homecloud tells it. */
  get publicFacts() {
    return readFileSync(join(this.#home.folder, 'secrets/public.yml'), 'utf8');
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
 * @param {{ collections?: string }} [options] `collections`: a folder with the DevSec roles themselves
 */
export async function makeHome(lab, edit = (config) => config, { collections } = {}) {
  const k3s = await packStandIn(k3sVersion);
  const syncthing = await packSyncthing(architecture);
  const flux = writeFluxManifest();
  const home = await emptyHome();
  const { address, subnet } = lab.network;
  const config = {
    home: {
      name: 'lab',
      domain: 'lab.example.org',
      admin: { email: 'admin@example.org', sshKeys: [publicKey(lab.key)] },
    },
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
      memory: '4GiB',
      role: 'server',
      boot: 'ssd',
      ssh: { hostKeys: [publicKey(lab.hostKey(name))] },
    })),
    hardening: overrides,
    git: { url: 'https://git.example.org/admin/home.git', isPublic: true },
    versions: {
      k3s: { version: k3sVersion, sha256: { [architecture]: k3s.sha256 } },
      flux: { digest: flux.digest },
      syncthing: { version: syncthing.version, sha256: { [architecture]: syncthing.sha256 } },
    },
  };
  const edited = edit(config);
  writeConfig(home, edited);
  await homecloud(home, 'secrets', 'init');
  await homecloud(home, 'secrets', 'add');
  await homecloud(home, 'synth');
  installDevsec(home.env.HOME, collections);
  const made = new LabHome(home, lab, { k3s, syncthing, flux }, edited);
  // Before the folder with the sockets is removed.
  process.prependListener('exit', () => made.disconnect());
  return made;
}

/** A playbook of roles on a board, or on several with commas between them. */
function playbookOf(board, roles) {
  const file = join(newFolder('roles'), 'roles.yml');
  const names = roles.map((role) => `homecloud.boards.${role}`);
  writeFileSync(file, JSON.stringify([{ hosts: board, become: true, roles: names }]));
  return file;
}

/** The public half of a key file of the lab. */
function publicKey(file) {
  return readFileSync(`${file}.pub`, 'utf8').trim();
}

function writeConfig(home, config) {
  writeFileSync(
    join(home.folder, 'homecloud.config.ts'),
    `import { defineConfig } from 'homecloud';\n\nexport default defineConfig(${JSON.stringify(config, null, 2)});\n`,
  );
}
