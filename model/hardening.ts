import * as z from 'zod';
import type { Config } from './config.ts';
import { devsecVariables } from './devsec.ts';
import type { Hardening } from './facts/hardening.ts';
import { type FreeValue, freeValue } from './fields.ts';
import { sysctls } from './k3s.ts';
import { suggest } from './nearest.ts';
import { indexed } from './pattern.ts';
import type { RuleFinding } from './problems.ts';
import { rule } from './rules.ts';
import type { Slice } from './slice.ts';

export const hardeningOptions = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe('Whether the boards are hardened. Off, nothing is changed, and nothing that was changed is undone.'),
  sysctls: z
    .record(
      z
        .string()
        .regex(/^[a-z0-9_]+(\.[\w-]+)+$/, 'is not a setting of the kernel: write its name in sysctl, "kernel.sysrq"'),
      z.int('is not a whole number: write for example 1'),
    )
    .default({})
    .describe("Settings of the kernel, by their names in sysctl: they win over homecloud's and those of DevSec."),
  variables: z
    .record(z.string(), freeValue('DevsecValue', 'no value of a variable of Ansible'))
    .default({})
    .describe("Variables of the DevSec roles, by their names there: each takes the place of homecloud's and DevSec's."),
});

export function planHardening({ hardening }: Config): Hardening {
  return { enabled: hardening.enabled, variables: hardening.variables };
}

type Variables = Readonly<Record<string, FreeValue>>;
type Boards = readonly (readonly [
  index: number,
  board: { readonly ssh: { readonly user: string; readonly port: number } },
])[];

const thereIsAWayIn = rule({
  code: 'NODE012',
  severity: 'error',
  title: 'hardening leaves a way in',
  reason: 'nobody can log in to the board any more: only its disk in another machine helps',
  reads: ['boards[].ssh', 'hardening.enabled', 'hardening.variables'],
  *check({ boards, hardening }) {
    if (hardening.enabled) yield* lockOuts(hardening.variables, indexed(boards));
  },
});

/** Variables of `ssh_hardening` that shut out the account of a board, the first board of each. */
function* lockOuts(variables: Variables, boards: Boards): Iterable<RuleFinding> {
  const at = (name: string) => ['hardening', 'variables', name];
  const take = (name: string) => `take ${name} away`;
  const firstOf = (isShutOut: (ssh: Boards[number][1]['ssh']) => boolean) =>
    boards.find(([, { ssh }]) => isShutOut(ssh));

  const { ssh_allow_users: allowed = '', ssh_deny_users: denied = '', ssh_server_ports: ports } = variables;
  const notAllowed = allowed === '' ? undefined : firstOf(({ user }) => !isNamed(user, allowed));
  if (notAllowed !== undefined) {
    const [index, { ssh }] = notAllowed;
    yield {
      path: at('ssh_allow_users'),
      message: `${JSON.stringify(allowed)} does not let in "${ssh.user}" of boards[${index}].ssh.user`,
      hint: `add the account: ssh_allow_users: '${[ssh.user, ...words(allowed)].join(' ')}'`,
      other: ['boards', index, 'ssh'],
    };
  }
  const isDenied = firstOf(({ user }) => isNamed(user, denied));
  if (isDenied !== undefined) {
    const [index, { ssh }] = isDenied;
    yield {
      path: at('ssh_deny_users'),
      message: `${JSON.stringify(denied)} shuts out "${ssh.user}" of boards[${index}].ssh.user`,
      hint: take('the account'),
      other: ['boards', index, 'ssh'],
    };
  }
  const deaf = ports === undefined ? undefined : firstOf(({ port }) => !words(ports).includes(String(port)));
  if (deaf !== undefined) {
    const [index, { ssh }] = deaf;
    yield {
      path: at('ssh_server_ports'),
      message: `${JSON.stringify(ports)} is without ${ssh.port} of boards[${index}].ssh.port`,
      hint: `${take('ssh_server_ports')}: each board listens at the port of its boards[].ssh.port`,
      other: ['boards', index, 'ssh'],
    };
  }
  const root = ['no', false].some((value) => value === variables['ssh_permit_root_login'])
    ? firstOf(({ user }) => user === 'root')
    : undefined;
  if (root !== undefined) {
    yield {
      path: at('ssh_permit_root_login'),
      message: `${JSON.stringify(variables['ssh_permit_root_login'])} shuts out root, the account of boards[${root[0]}].ssh.user`,
      hint: "make an account with sudo on the board and write it to ssh.user, or write ssh_permit_root_login: 'prohibit-password'",
      other: ['boards', root[0], 'ssh'],
    };
  }
  for (const name of ['ssh_pubkey_authentication', 'ssh_server_enabled', 'ssh_server_service_enabled', 'ssh_use_pam']) {
    const { [name]: value } = variables;
    if (value === undefined || ![false, 'no', 'false'].some((off) => off === value)) continue;
    yield { path: at(name), message: `${JSON.stringify(value)} takes the login by key away`, hint: take(name) };
  }
  const { sshd_authenticationmethods: methods } = variables;
  if (methods !== undefined && !words(methods).some((method) => ['publickey', 'any'].includes(method))) {
    yield {
      path: at('sshd_authenticationmethods'),
      message: `${JSON.stringify(methods)} is without publickey alone, the login by key that Ansible uses`,
      hint: `add it: sshd_authenticationmethods: '${['publickey', ...words(methods)].join(' ')}'`,
    };
  }
}

/** The account that `git.board` serves the repository by (the role `git_repository`). */
const gitAccount = 'git';

const gitIsLetIn = rule({
  code: 'OUT013',
  severity: 'error',
  title: 'hardening lets the account git in where a board holds the repository',
  reason: 'nobody can push to the home any more, and Flux applies no change',
  reads: ['git.board', 'hardening.enabled', 'hardening.variables'],
  *check({ git, hardening }) {
    if (git.board === undefined || !hardening.enabled) return;
    const { ssh_allow_users: allowed = '', ssh_deny_users: denied = '' } = hardening.variables;
    const finding = (name: string, message: string, hint: string): RuleFinding => ({
      path: ['hardening', 'variables', name],
      message: `${message} "${gitAccount}", by which the repository on ${git.board} is read and pushed to`,
      hint,
      other: ['git', 'board'],
    });
    if (words(allowed).length > 0 && !isNamed(gitAccount, allowed)) {
      const users = [...words(allowed), gitAccount].join(' ');
      yield finding(
        'ssh_allow_users',
        `${JSON.stringify(allowed)} does not let in`,
        `add the account: ssh_allow_users: '${users}'`,
      );
    }
    if (isNamed(gitAccount, denied)) {
      yield finding('ssh_deny_users', `${JSON.stringify(denied)} shuts out`, 'take the account away');
    }
  },
});

/** The words of a text or of a list. */
function words(value: FreeValue): string[] {
  return [value].flat().flatMap((part) => (typeof part === 'object' ? [] : String(part).split(/\s+/).filter(Boolean)));
}

/** Whether a pattern of AllowUsers or DenyUsers names an account (sshd_config(5), PATTERNS): `*` and `?` stand for others. */
function isNamed(user: string, patterns: FreeValue): boolean {
  return words(patterns).some((pattern) => {
    const [name = ''] = pattern.split('@');
    const expression = name
      .replace(/[\\^$.+()[\]{}|]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    return new RegExp(`^${expression}$`).test(user);
  });
}

const clusterWorks = rule({
  code: 'SEC004',
  severity: 'error',
  title: 'hardening leaves the cluster working',
  reason: 'pods do not reach each other, k3s does not start, or a Raspberry Pi does not boot (devsec issues 162, 213)',
  reads: ['hardening.enabled', 'hardening.sysctls', 'hardening.variables'],
  *check({ hardening }) {
    if (!hardening.enabled) return;
    const needed: Readonly<Record<string, number>> = sysctls;
    for (const [name, value] of Object.entries(hardening.sysctls)) {
      const { [name]: wanted } = needed;
      if (wanted === undefined || wanted === value) continue;
      yield {
        path: ['hardening', 'sysctls', name],
        message: `${value} is not the ${wanted} that k3s needs`,
        hint: 'take the entry away',
      };
    }
    yield* breakages(hardening.variables);
  },
});

/** Modules that boards load: by k3s, for the boot partition of a Raspberry Pi, for Longhorn and NFS. */
const modules = ['br_netfilter', 'dm_crypt', 'iscsi_tcp', 'nfs', 'nfsd', 'overlay', 'vxlan', 'wireguard'];

function* breakages(variables: Variables): Iterable<RuleFinding> {
  const at = (name: string) => ['hardening', 'variables', name];
  const { os_filesystem_whitelist: whitelist, os_unused_filesystems: unused = [] } = variables;
  if (variables['sysctl_overwrite'] !== undefined) {
    yield {
      path: at('sysctl_overwrite'),
      message: 'takes the place of all settings of the kernel that the boards need',
      hint: "write yours to sysctls of hardening, for example sysctls: { 'kernel.sysrq': 1 }",
    };
  }
  if (whitelist !== undefined && !words(whitelist).includes('vfat')) {
    yield {
      path: at('os_filesystem_whitelist'),
      message: `${JSON.stringify(whitelist)} is without vfat, the file system of the boot partition`,
      hint: `add it: os_filesystem_whitelist: [${['vfat', ...words(whitelist)].map((name) => `'${name}'`).join(', ')}]`,
    };
  }
  const blocked = words(unused).filter((name) => modules.includes(name) && !words(whitelist ?? []).includes(name));
  if (blocked.length > 0) {
    yield {
      path: at('os_unused_filesystems'),
      message: `blocks ${blocked.join(', ')}, which the boards load`,
      hint: `take ${blocked.join(', ')} out of the list`,
    };
  }
  // k3s runs its programs from /var/lib/rancher, and containers have files of theirs in /run.
  for (const name of ['os_mnt_run_options', 'os_mnt_var_options']) {
    const { [name]: options } = variables;
    if (typeof options !== 'string' || !options.split(',').includes('noexec')) continue;
    yield {
      path: at(name),
      message: `${JSON.stringify(options)} has noexec, and k3s runs programs there`,
      hint: 'take noexec out of the options',
    };
  }
}

const variablesExist = rule({
  code: 'SEC014',
  severity: 'warning',
  title: 'each variable of the hardening is one of the DevSec roles',
  reason: 'a misspelt name does nothing: the board stays as open, or as closed, as without it',
  reads: ['hardening.enabled', 'hardening.variables'],
  *check({ hardening }) {
    if (!hardening.enabled) return;
    for (const name of Object.keys(hardening.variables)) {
      if (devsecVariables.includes(name)) continue;
      yield {
        path: ['hardening', 'variables', name],
        message: 'is not a variable of os_hardening or ssh_hardening',
        hint: suggest(name, devsecVariables, 'take it away, or look its name up in the READMEs of the two roles'),
      };
    }
  },
});

export const hardening: Slice = {
  name: 'hardening',
  rules: [thereIsAWayIn, gitIsLetIn, clusterWorks, variablesExist],
  requirements: ({ hardening }) => (hardening.enabled ? { sysctls: hardening.sysctls } : {}),
};
