// Ansible's own programs on the Ansible half of a tree, on the oldest and on the newest ansible-core that the collection
// claims.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { filesOf } from './homes.mjs';
import { tool, withPath } from './install.mjs';
import { describe, run } from './process.mjs';
import { newFolder } from './scratch.mjs';

/** Both ends of what the collection claims in `requires_ansible`. */
export const ansibleVersions = ['ansible-oldest', 'ansible-newest'];

/** The collection, from the folder of `ansible.cfg`. */
export const collection = 'collections/ansible_collections/homecloud/boards';

/** @param {string} name @returns {string} the folder of a role, as it is committed */
export const committedRole = (name) =>
  fileURLToPath(new URL(`../../dist/ansible/${collection}/roles/${name}`, import.meta.url));

/**
 * Runs a program of an ansible-core in the folder of `ansible.cfg`, as the README says, with nothing installed but
 * ansible-core. Any warning is a failure: a deprecation is an error of tomorrow.
 * @param {string} version one of `ansibleVersions`
 * @param {string} cwd
 * @param {readonly string[]} commandLine
 * @returns {Promise<string>} what it printed
 */
export async function ansible(version, cwd, [command, ...args]) {
  const programs = await tool(version);
  const outcome = await run(join(programs, command), args, { cwd, env: environment(programs) });
  if (outcome.code !== 0 || /warning|deprecat/i.test(outcome.stderr)) {
    throw new Error(`with ${version}, in ${cwd}\n${describe(command, args, outcome)}`);
  }
  return outcome.stdout;
}

/** Stands for the home folder of a person who has nothing of Ansible's. */
const homeFolder = newFolder('home');

/**
 * The environment of Ansible's programs: no setting and no collection of the person who runs the test.
 * @param {string} programs their folder
 * @returns {NodeJS.ProcessEnv}
 */
export function environment(programs) {
  const env = Object.entries(withPath(programs)).filter(([name]) => !name.startsWith('ANSIBLE_'));
  return { ...Object.fromEntries(env), HOME: homeFolder };
}

/**
 * Runs a file of tasks of a role on this machine, as if it was a board, or several.
 * @param {string} version
 * @param {import('./homes.mjs').Home} home
 * @param {string} role by its short name
 * @param {string} file of its folder `tasks`, without the ending
 * @param {Record<string, unknown>} variables
 * @param {{ hosts?: string, programs?: string }} [options] `hosts`: the boards, @default `oak`; `programs`: a folder with
 *   programs that stand in for those of the boards
 * @returns {Promise<{ code: number, output: string }>}
 */
export async function runTasks(version, { dist }, role, file, variables, { hosts = 'oak', programs: own } = {}) {
  const programs = await tool(version);
  const cwd = join(dist, 'ansible');
  const folder = newFolder(`${role}-${file}`);
  // Ansible 2.16 reads all variables of the boards that it chooses from.
  const inventory = [...filesOf(join(cwd, 'inventory')).values()].join('\n');
  const vault = [...inventory.matchAll(/\{\{ (vault_\w+) \| mandatory/g)].map(([, name]) => [name, 'unused']);
  writeFileSync(join(folder, 'variables.json'), JSON.stringify({ ...Object.fromEntries(vault), ...variables }));
  const included = { name: `homecloud.boards.${role}`, tasks_from: file };
  const tasks = [{ name: `Run ${file}`, 'ansible.builtin.include_role': included }];
  const play = { hosts, gather_facts: false, connection: 'local', tasks };
  writeFileSync(join(folder, 'play.yml'), JSON.stringify([play]));
  const args = ['-e', `@${join(folder, 'variables.json')}`, join(folder, 'play.yml')];
  const env = environment(programs);
  if (own !== undefined) env.PATH = `${own}:${env.PATH}`;
  const outcome = await run(join(programs, 'ansible-playbook'), args, { cwd, env });
  return { code: outcome.code, output: describe('ansible-playbook', args, outcome) };
}

/**
 * Each playbook is read with its roles, files and inventory.
 * @param {string} version
 * @param {import('./homes.mjs').Home} home
 */
export async function playbooks(version, { dist }) {
  const cwd = join(dist, 'ansible');
  const names = readdirSync(join(cwd, collection, 'playbooks')).filter((file) => file.endsWith('.yml'));
  if (names.length === 0) throw new Error(`${cwd} has no playbooks`);
  for (const name of names) {
    const playbook = `homecloud.boards.${name.replace(/\.yml$/, '')}`;
    const output = await ansible(version, cwd, ['ansible-playbook', '--syntax-check', playbook]);
    if (!output.includes(join(collection, 'playbooks', name))) throw new Error(`${playbook} was not read:\n${output}`);
  }
}

/**
 * The collection is one: Ansible packs it, and installs what it packed with each of its files.
 * @param {string} version
 * @param {import('./homes.mjs').Home} home
 */
export async function collectionBuilds(version, { dist }) {
  const built = join(dist, 'ansible', collection);
  const folder = newFolder('collection');
  await ansible(version, built, ['ansible-galaxy', 'collection', 'build', '--output-path', folder]);
  const [archive] = readdirSync(folder);
  writeFileSync(join(folder, 'ansible.cfg'), '[defaults]\ncollections_path = collections\n');
  await ansible(version, folder, ['ansible-galaxy', 'collection', 'install', archive, '--offline', '--no-deps']);
  const installed = [...filesOf(join(folder, collection)).keys()];
  // galaxy.yml becomes MANIFEST.json.
  const lost = [...filesOf(built).keys()].filter((path) => path !== 'galaxy.yml' && !installed.includes(path));
  if (lost.length > 0) throw new Error(`${version} does not install ${lost.join(', ')}`);
}
