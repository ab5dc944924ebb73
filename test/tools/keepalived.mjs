// keepalived on the configuration that the role writes on each board that can own the virtual IP.
//
// The role has its real templates and variables, and writes them into a folder of this machine: nothing else happens.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { ansible, collection } from './ansible.mjs';
import { describe, run, succeed } from './process.mjs';
import { newFolder } from './scratch.mjs';

/** What keepalived starts. */
const scripts = ['may-own-virtual-ip', 'virtual-ip-metrics'].map((name) => `/usr/local/libexec/homecloud/${name}`);

/**
 * keepalived takes the configuration of each board, and a shell the scripts that it starts.
 * @param {string} version of ansible-core
 * @param {import('./homes.mjs').Home} home
 */
export async function keepalivedTakes(version, home) {
  const boards = await render(version, home);
  if (boards.length === 0) throw new Error('no board can own the virtual IP');
  for (const { configuration, shells } of boards) {
    const { code, output } = await judge(configuration);
    if (code !== 0) throw new Error(`${configuration}\n${output}`);
    for (const shell of shells) await succeed('sh', ['-n', shell]);
  }
}

/**
 * keepalived refuses a configuration with an unknown keyword: what it takes means something.
 * @param {string} version of ansible-core
 * @param {import('./homes.mjs').Home} home
 */
export async function keepalivedRefuses(version, home) {
  const [{ configuration }] = await render(version, home);
  writeFileSync(configuration, readFileSync(configuration, 'utf8').replace('advert_int', 'advert_interval'));
  const { code, output } = await judge(configuration);
  if (code === 0 || !output.includes("Unknown keyword 'advert_interval'")) throw new Error(`code ${code}: ${output}`);
}

const shellTemplates = ['may-own-virtual-ip.sh.j2', 'virtual-ip-metrics.sh.j2'];

/** What `keepalived --config-test` says. The scripts do not stand at their places here; another program does. */
async function judge(configuration) {
  const text = readFileSync(configuration, 'utf8');
  const missing = scripts.filter((script) => !text.includes(`"${script}"`));
  if (missing.length > 0) throw new Error(`${configuration} does not start ${missing.join(', ')}`);
  writeFileSync(
    configuration,
    scripts.reduce((changed, script) => changed.replace(script, '/bin/true'), text),
  );
  const args = ['--config-test', `--use-file=${configuration}`];
  const outcome = await run('keepalived', args).catch((error) => {
    throw error.code === 'ENOENT' ? new Error('keepalived is missing: apt-get install keepalived') : error;
  });
  writeFileSync(configuration, text);
  return { code: outcome.code, output: describe('keepalived', args, outcome) };
}

/** Writes the files of each board, with an interface that this machine has. */
async function render(version, { dist }) {
  const project = newFolder('keepalived');
  cpSync(join(dist, 'ansible'), project, { recursive: true });
  const role = join(project, collection, 'roles/keepalived');
  const rendered = join(project, 'rendered');
  mkdirSync(rendered);
  const template = (src, mode) => ({
    'ansible.builtin.template': { src, dest: `${rendered}/{{ inventory_hostname }}-${src}`, mode },
  });
  const tasks = [template('keepalived.conf.j2', '0644'), ...shellTemplates.map((name) => template(name, '0755'))];
  writeFileSync(join(role, 'tasks/main.yml'), JSON.stringify(tasks));
  rmSync(join(role, 'vars'), { recursive: true });
  const [name] = Object.entries(networkInterfaces()).find(([, [{ internal }]]) => !internal) ?? [];
  if (name === undefined) throw new Error('this machine has no network interface, and keepalived needs one');
  const play = {
    hosts: 'virtual_ip',
    connection: 'local',
    gather_facts: false,
    vars: { keepalived_interface: name },
    roles: ['homecloud.boards.keepalived'],
  };
  writeFileSync(join(project, 'render.yml'), JSON.stringify([play]));
  await ansible(version, project, ['ansible-playbook', 'render.yml']);
  return readdirSync(rendered)
    .filter((file) => file.endsWith('keepalived.conf.j2'))
    .map((file) => ({
      configuration: join(rendered, file),
      shells: shellTemplates.map((name) => join(rendered, file.replace('keepalived.conf.j2', name))),
    }));
}
