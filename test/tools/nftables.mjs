// nft on the rules that the role firewall writes on each board: its real template and variables, in a folder of this
// machine. nft looks them through in a network of its own, and loads nothing.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ansible, collection } from './ansible.mjs';
import { describe, run } from './process.mjs';
import { newFolder } from './scratch.mjs';

/**
 * nft takes the rules of each board.
 * @param {string} version of ansible-core
 * @param {import('./homes.mjs').Home} home
 */
export async function nftTakes(version, home) {
  const files = await render(version, home);
  if (files.length === 0) throw new Error('no board has a firewall');
  for (const file of files) {
    const { code, output } = await judge(file);
    if (code !== 0) throw new Error(`${file}\n${output}`);
    const text = readFileSync(file, 'utf8');
    const tables = [...text.matchAll(/^(?:delete )?table (.*?)(?: \{)?$/gm)].map(([, table]) => table);
    if (/flush/.test(text) || tables.some((table) => table !== 'inet homecloud')) {
      throw new Error(`${file} touches more than its own table:\n${text}`);
    }
  }
}

/**
 * nft refuses a port that is none: what it takes means something.
 * @param {string} version of ansible-core
 * @param {import('./homes.mjs').Home} home
 */
export async function nftRefuses(version, home) {
  const [file] = await render(version, home);
  writeFileSync(file, readFileSync(file, 'utf8').replace('dport 6443', 'dport 66443'));
  const { code, output } = await judge(file);
  if (code === 0 || !output.includes('66443')) throw new Error(`code ${code}: ${output}`);
}

async function judge(file) {
  const args = ['--net', 'nft', '--check', '--file', file];
  const outcome = await run('unshare', process.getuid?.() === 0 ? args : ['--map-root-user', ...args]);
  const output = describe('unshare', args, outcome);
  if (outcome.code === 127) throw new Error('nft is missing: apt-get install nftables');
  return { code: outcome.code, output };
}

async function render(version, { dist }) {
  const project = newFolder('nftables');
  cpSync(join(dist, 'ansible'), project, { recursive: true });
  const role = join(project, collection, 'roles/firewall');
  const rendered = join(project, 'rendered');
  mkdirSync(rendered);
  const task = { src: 'rules.nft.j2', dest: `${rendered}/{{ inventory_hostname }}.nft`, mode: '0644' };
  writeFileSync(join(role, 'tasks/main.yml'), JSON.stringify([{ 'ansible.builtin.template': task }]));
  rmSync(join(role, 'vars'), { recursive: true });
  const roles = ['homecloud.boards.firewall'];
  writeFileSync(
    join(project, 'render.yml'),
    JSON.stringify([{ hosts: 'boards', connection: 'local', gather_facts: false, roles }]),
  );
  await ansible(version, project, ['ansible-playbook', 'render.yml']);
  return readdirSync(rendered).map((file) => join(rendered, file));
}
