import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { load } from 'js-yaml';
import { isRequired, type Role, variablesOf } from '../ansible-gen/role.ts';
import { hardening as hardeningRole } from '../ansible-gen/roles/hardening/role.ts';
import { roles } from '../ansible-gen/roles.ts';
import { loadStaticFiles } from '../ansible-gen/static.ts';
import { ansible } from '../ansible-gen/synth.ts';
import sample from '../homecloud.config.ts';
import { devsecVariables } from '../model/devsec.ts';
import { households, modelOf } from './homes.ts';
import { given, names } from './role-names.ts';

const folder = join(__dirname, '../ansible-gen');
const files = loadStaticFiles(folder);
const collection = 'collections/ansible_collections/homecloud/boards';
const model = modelOf(sample);
const tree = ansible(model, files);

/** A file of the tree, parsed. The shape is for the test to judge. */
function parsed<T>(path: string): T {
  return load(tree.get(path) ?? '') as T;
}

const inventoryFiles = [...tree].filter(([path]) => path.startsWith('inventory/'));

describe('ansible', () => {
  it.each(Object.keys(households))('gives the same bytes for the same model, in any order of the files: %s', (name) => {
    const home = modelOf(households[name as keyof typeof households]);
    const once = ansible(home, files);
    const again = ansible(home, new Map([...files].reverse()));
    expect([...again]).toEqual([...once]);
  });

  it('copies every static file as it is', () => {
    const onDisk = ['playbooks', 'roles'].flatMap((part) =>
      readdirSync(join(folder, part), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name !== 'role.ts')
        .map((entry) => join(entry.parentPath, entry.name)),
    );
    expect(onDisk.length).toBeGreaterThan(0);
    for (const path of onDisk) {
      const copy = tree.get(`${collection}/${path.slice(folder.length + 1)}`);
      // `toEqual` compares bytes one at a time.
      expect({ path, isSame: Buffer.from(copy ?? '').equals(readFileSync(path)) }).toEqual({ path, isSame: true });
    }
  });

  it('refuses a static file that belongs to no role', () => {
    const stray = new Map([...files, ['roles/stray/tasks/main.yml', '---\n']]);
    expect(() => ansible(model, stray)).toThrow('stray/tasks/main.yml belongs to no role');
  });

  it('writes the same collection for every home, but for the repository where it stands', () => {
    const other = ansible(modelOf(households.minimal), files);
    const different = [...tree].filter(([path, text]) => path.startsWith(collection) && other.get(path) !== text);
    expect(different.map(([path]) => path)).toEqual([`${collection}/galaxy.yml`]);
  });

  it('starts roles that exist on groups that exist, and each of them', () => {
    const playbooks = [...tree].filter(([path]) => path.startsWith(`${collection}/playbooks/`));
    const { all } = parsed<{ all: { children: object } }>('inventory/hosts.yml');
    const hosts = playbooks.flatMap(([, text]) => [...text.matchAll(/^ {2}hosts: (\w+)$/gm)].map(([, group]) => group));
    const started = playbooks.flatMap(([, text]) => [...text.matchAll(/homecloud\.boards\.(\w+)$/gm)]);
    const known = roles.map(({ name }) => name);
    expect([...Object.keys(all.children), 'localhost']).toEqual(expect.arrayContaining(hosts));
    expect(new Set(started.map(([, name]) => name))).toEqual(new Set(known));
  });

  it('touches one server at a time with what can shut it out, or cost the cluster its quorum', () => {
    interface Play {
      readonly hosts?: string;
      readonly serial?: unknown;
      readonly max_fail_percentage?: number;
      readonly roles?: readonly { role: string }[];
      readonly tasks?: readonly { 'ansible.builtin.import_role'?: { name: string; tasks_from?: string } }[];
    }
    const risky = ['firewall', 'hardening', 'k3s/start'].map((part) => `homecloud.boards.${part}`);
    const partsOf = ({ roles = [], tasks = [] }: Play) => [
      ...roles.map(({ role }) => role),
      ...tasks.map(({ 'ansible.builtin.import_role': it }) => `${it?.name}/${it?.tasks_from}`),
    ];
    const plays = parsed<Play[]>(`${collection}/playbooks/site.yml`).filter((play) =>
      partsOf(play).some((part) => risky.includes(part)),
    );
    const [agents, servers] = [true, false].map((isAgents) =>
      plays.filter(({ hosts }) => hosts?.startsWith('agents') === isAgents),
    );
    expect(servers?.map(({ serial }) => serial)).toEqual([1, 1, 1]);
    expect(agents).toHaveLength(2);
    const hardening = plays.filter((play) => partsOf(play).includes('homecloud.boards.hardening'));
    expect(hardening.map(({ max_fail_percentage: percentage }) => percentage)).toEqual([0, 0]);
  });

  it('removes no file that k3s reads: boards that have read it would not restart', () => {
    const variables = parsed<{ k3s_config_files: { path: string }[]; k3s_absent_files: string }>(
      `${collection}/roles/k3s/vars/main.yml`,
    );
    const read = variables.k3s_config_files.map(({ path }) => path);
    expect(read).toContain('/etc/rancher/k3s/registries.yaml');
    expect(variables.k3s_absent_files.match(/k3s_\w+_files?/g)).toEqual(['k3s_snapshot_files', 'k3s_join_file']);
  });

  it('looks for the watcher of shares where its unit writes, and takes it for dead as late as verify does', () => {
    const { share_changes_unit: unit } = parsed<{ share_changes_unit: string }>(
      `${collection}/roles/share_changes/vars/main.yml`,
    );
    const program = (path: string) => tree.get(`${collection}/roles/${path}`) ?? '';
    const [metrics, verify] = [
      program('metrics/files/metrics.py'),
      program('share_changes/files/share_changes_verify.py'),
    ];
    expect(metrics).toContain(`{run}/${unit}{share['disk']}/watched.json`);
    const fresh = /^FRESH = \d+$/m;
    expect(metrics.match(fresh)?.[0]).toBe(verify.match(fresh)?.[0] ?? 'a number of seconds');
  });

  it('judges a new machine before it forgets the old one', () => {
    const [first] = parsed<object[]>(`${collection}/playbooks/board_replace.yml`);
    expect(first).toMatchObject({ 'ansible.builtin.import_playbook': 'homecloud.boards.preflight' });
  });

  it('asks the Vault for secrets of the model only', () => {
    const text = inventoryFiles.map(([, text]) => text).join('');
    const asked = new Set([...text.matchAll(/\{\{ (\w+) \| mandatory/g)].map(([, name]) => name));
    const known = model.secrets.flatMap(({ places }) =>
      places.flatMap((place) => (place.in === 'boards' ? [place.variable] : [])),
    );
    expect(asked.size).toBeGreaterThan(0);
    expect(known).toEqual(expect.arrayContaining([...asked]));
  });

  it('leaves text of the user that looks like a template as it is', () => {
    const args = ['a={{b}}', 'c={%d%}', 'e={#f#}', 'g={h}'];
    const home = ansible(modelOf({ ...sample, k3s: { kubeletArgs: args } }), files);
    const lines = home.get('inventory/host_vars/oak.yml')?.match(/kubelet-arg:\n((?: +- .*\n)+)/)?.[1];
    expect(lines?.trim().split(/\n +/)).toEqual([
      '- !unsafe a={{b}}',
      '- !unsafe c={%d%}',
      '- !unsafe e={#f#}',
      '- g={h}',
    ]);
  });

  it('knows which boards hold each share', () => {
    const home = ansible(modelOf(households.full), files);
    const { maintenance_shares: shares } = load(home.get('inventory/group_vars/all/maintenance.yml') ?? '') as {
      maintenance_shares: { name: string; boards: string[] }[];
    };
    const { everywhere, 'home-of-alder': one } = Object.fromEntries(shares.map(({ name, boards }) => [name, boards]));
    expect(one).toEqual(['alder']);
    expect(everywhere?.length).toBeGreaterThan(1);
  });

  it('has templates in the inventory for secrets only', () => {
    for (const [, text] of inventoryFiles) {
      expect(text.replace(/\{\{ vault_\w+ \| mandatory\('[^']*'\)\s+\}\}/g, '')).not.toMatch(/\{[{%#]/);
    }
  });
});

describe('hardening', () => {
  const read = (config: typeof sample, path: string) => load(ansible(modelOf(config), files).get(path) ?? '');
  const hardened = (hardening: NonNullable<(typeof sample)['hardening']>, path: string) =>
    read({ ...sample, hardening }, path);
  const home = 'inventory/group_vars/all/hardening.yml';

  it('sets variables that the DevSec roles have, each of them', () => {
    const names = (hardeningRole.included.variables as readonly { name: string }[]).map(({ name }) => name);
    expect(names.filter((name) => !devsecVariables.includes(name))).toEqual([]);
    expect(read(sample, home)).toMatchObject({ hardening_variables: [...names].sort() });
    const all = { ...(read(sample, home) as object), ...(read(sample, 'inventory/host_vars/oak.yml') as object) };
    expect(names.filter((name) => !(name in all))).toEqual([]);
  });

  it("lets the admin's values win, on every board, and hardens again for each of them", () => {
    const hardening = {
      sysctls: { 'net.ipv4.tcp_timestamps': 0, 'kernel.sysrq': 1 },
      variables: { ssh_permit_root_login: 'prohibit-password', os_auth_retries: 9 },
    };
    expect(hardened(hardening, home)).toMatchObject({
      ...hardening.variables,
      hardening_variables: expect.arrayContaining(['os_auth_retries']),
    });
    const oak = hardened(hardening, 'inventory/host_vars/oak.yml');
    expect(oak).not.toHaveProperty('ssh_permit_root_login');
    expect(oak).toMatchObject({
      sysctl_overwrite: { ...hardening.sysctls, 'net.ipv4.ip_forward': 1, 'net.ipv4.conf.all.rp_filter': 2 },
      hardening_sysctls: { ...hardening.sysctls, 'net.ipv4.ip_forward': 1 },
    });
  });

  it('keeps root in where Ansible is root, and the port of each board', () => {
    const boards = sample.boards.map((board, index) =>
      index === 0 ? { ...board, ssh: { user: 'root', port: 2222 } } : board,
    );
    const path = 'inventory/host_vars/oak.yml';
    expect(read({ ...sample, boards }, path)).toMatchObject({
      ssh_permit_root_login: 'prohibit-password',
      ssh_server_ports: ['2222'],
    });
  });

  it('names no group that a system may be without', () => {
    expect(read(sample, home)).toMatchObject({ os_mnt_var_log_group: 'root' });
  });

  it('needs nothing where it is off', () => {
    const off = { enabled: false, variables: { os_auth_retries: 9 } };
    expect(hardened(off, 'requirements.yml')).toEqual({ collections: [] });
    expect(Object.keys(hardened(off, home) as object)).toEqual(['hardening_enabled', 'hardening_version']);
    expect(hardened(off, 'inventory/host_vars/oak.yml')).not.toHaveProperty('sysctl_overwrite');
  });
});

/** What the tasks of other roles find out that a role imports. */
function lentTo(own: readonly (readonly [string, string])[]): string[] {
  const imports = own.flatMap(([, text]) => [...text.matchAll(/name: homecloud\.boards\.(\w+)\s+tasks_from: (\w+)/g)]);
  return imports.flatMap(([, role, tasks]) => {
    const path = `roles/${role}/tasks/${tasks}.yml`;
    return [...names([[path, files.get(path) ?? '']]).defined];
  });
}

describe.each(roles.map((role) => [role.name, role] as const))('role %s', (name, role) => {
  const own = [...files].filter(([path]) => path.startsWith(`roles/${name}/`));
  const { defined, used } = names(own);
  const declared = variablesOf(role).map(([variable]) => variable);

  it('has tasks', () => {
    expect(files.has(`roles/${name}/tasks/main.yml`)).toBe(true);
  });

  it('uses every variable that it declares', () => {
    expect(declared.filter((variable) => !used.has(variable))).toEqual([]);
  });

  it('uses no variable that nobody gives it', () => {
    const known = new Set([...declared, ...defined, ...given, ...lentTo(own)]);
    expect([...used].filter((variable) => !known.has(variable))).toEqual([]);
  });

  it('defines no variable in vain', () => {
    expect([...defined].filter((variable) => !used.has(variable))).toEqual([]);
  });

  it('names its variables after itself, and gives none two sources', () => {
    expect([...defined].filter((variable) => !variable.startsWith(`${name}_`))).toEqual([]);
    expect([...defined].filter((variable) => declared.includes(variable))).toEqual([]);
  });

  it('has each variable in its argument spec, its tables and, with a default, in its defaults', () => {
    const { options } = parsed<{ argument_specs: { main: { options: Record<string, Option> } } }>(
      `${collection}/roles/${name}/meta/argument_specs.yml`,
    ).argument_specs.main;
    expect(Object.keys(options)).toEqual(declared);
    const defaults = parsed<Record<string, unknown> | null>(`${collection}/roles/${name}/defaults/main.yml`) ?? {};
    expect(defaults).toEqual(defaultsOf(role));
    for (const [variable, argument] of variablesOf(role)) {
      const { [variable]: option } = options;
      expect(option).toMatchObject({ type: argument.type, description: argument.description });
      expect(option?.required ?? false).toBe(isRequired(argument));
      expect(option?.default).toEqual(argument.default);
      expect(option?.no_log ?? false).toBe(argument.secret !== undefined);
    }
    for (const page of ['README.md', `roles/${name}/README.md`]) {
      const table = tree.get(`${collection}/${page}`) ?? '';
      expect(declared.filter((variable) => !table.includes(`| \`${variable}\` |`))).toEqual([]);
    }
  });
});

interface Option {
  readonly required?: boolean;
  readonly default?: unknown;
  readonly no_log?: boolean;
}

function defaultsOf(role: Role): Record<string, unknown> {
  return Object.fromEntries(
    variablesOf(role).flatMap(([name, { default: value }]) => (value === undefined ? [] : [[name, value]])),
  );
}
