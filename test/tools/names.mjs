// dnsmasq on the configuration that the role names writes on each server: it is started as its unit starts it, in a
// network of its own, and asked while the virtual IP is away, here, and away again; the role verify sees what is wrong.
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ansible, collection } from './ansible.mjs';
import { root } from './homes.mjs';
import { succeed } from './process.mjs';
import { newFolder } from './scratch.mjs';

const look = join(root, 'ansible-gen/roles/verify/files/look.py');

/**
 * The name server of each board answers for the home, and asks others about all else.
 * @param {string} version of ansible-core
 * @param {import('./homes.mjs').Home} home whose boards have name servers
 */
export async function namesAnswer(version, home) {
  const files = await render(version, home);
  if (files.length === 0) throw new Error('no board has a name server');
  const program = fileURLToPath(new URL('names-in-namespace.mjs', import.meta.url));
  for (const [index, file] of files.entries()) {
    // Root of this namespace only, so that whoever runs the tests may make interfaces there.
    const inside = ['--user', '--map-root-user', '--net', process.execPath, program, file, check(file)];
    // What verify sees is the same on each board, and it waits for what does not come.
    await succeed('unshare', index === 0 ? [...inside, look] : inside);
  }
}

/** The check of keepalived beside a configuration. */
const check = (file) => file.replace(/conf$/, 'check');

/** Writes the configuration of each board, and what its keepalived asks. */
async function render(version, { dist }) {
  const project = newFolder('names');
  cpSync(join(dist, 'ansible'), project, { recursive: true });
  const role = join(project, collection, 'roles/names');
  const rendered = join(project, 'rendered');
  mkdirSync(rendered);
  const template = { src: 'names.conf.j2', dest: `${rendered}/{{ inventory_hostname }}.conf`, mode: '0644' };
  const asking = {
    src: join(project, collection, 'roles/keepalived/templates/may-own-virtual-ip.sh.j2'),
    dest: `${rendered}/{{ inventory_hostname }}.check`,
    mode: '0755',
  };
  const tasks = [template, asking].map((one) => ({ 'ansible.builtin.template': one, when: 'names_enabled' }));
  writeFileSync(join(role, 'tasks/main.yml'), JSON.stringify(tasks));
  rmSync(join(role, 'vars'), { recursive: true });
  const play = { hosts: 'boards', connection: 'local', gather_facts: false, roles: ['homecloud.boards.names'] };
  writeFileSync(join(project, 'render.yml'), JSON.stringify([play]));
  await ansible(version, project, ['ansible-playbook', 'render.yml']);
  return readdirSync(rendered)
    .filter((file) => file.endsWith('.conf'))
    .map((file) => join(rendered, file));
}
