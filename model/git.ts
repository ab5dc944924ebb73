import { createHmac } from 'node:crypto';
import * as z from 'zod';
import type { Config } from './config.ts';
import type { Git } from './model.ts';
import { rule } from './rules.ts';
import type { Slice } from './slice.ts';

/** Namespace of Flux, as its own installer has it. */
export const fluxNamespace = 'flux-system';

const gitSecretName = 'home-git';

/** Flux takes every key of it that ends with `.agekey` for an age identity (kustomize-controller, decryption). */
const decryptionSecretName = 'sops-age';

export const gitOptions = z.strictObject({
  url: z
    .string()
    .regex(
      /^(ssh:\/\/[^\s@/:]+@[^\s/:@]+(:\d+)?|https:\/\/[^\s/:@]+(:\d+)?)\/[^\s?#]+$/,
      'is not a Git address that Flux can use: write ssh://git@git.example.org/alice/home.git or https://git.example.org/alice/home.git, without a password',
    )
    .describe('Repository of the home, which Flux watches: `ssh://git@git.example.org/alice/home.git`.'),
  branch: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]*$/, 'is not the name of a branch')
    .default('main')
    .describe('Branch that Flux applies.'),
  knownHosts: z
    .string()
    .min(1, 'is empty')
    .optional()
    .describe(
      "Lines of the Git server's host keys, as `ssh-keyscan` prints them after you compared them. Needed with ssh.",
    ),
  interval: z
    .string()
    .regex(/^\d+[smh]$/, 'is not a duration: write a number and s, m or h, for example "10m"')
    .default('10m')
    .describe('How often Flux looks for a new commit.'),
});

const sshServerIsKnown = rule({
  code: 'OUT007',
  severity: 'error',
  title: 'the host keys of a Git server reached by ssh are known',
  reason: 'Flux refuses to talk to a server whose keys it cannot compare',
  reads: ['git.url', 'git.knownHosts'],
  *check({ git }) {
    if (!git.url.startsWith('ssh://')) return;
    const { hostname, port } = new URL(git.url);
    const scan = `ssh-keyscan${port === '' || port === '22' ? '' : ` -p ${port}`} ${hostname}`;
    const hint = `run "${scan}", compare the keys with those that the server publishes, and paste the lines as knownHosts`;
    if (git.knownHosts === undefined) {
      yield {
        path: ['git', 'knownHosts'],
        other: ['git', 'url'],
        message: `is missing, and git.url is reached by ssh: ${git.url}`,
        hint,
      };
      return;
    }
    // As OpenSSH and Flux write a server on another port (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT").
    const host = port === '' || port === '22' ? hostname : `[${hostname}]:${port}`;
    if (knowsHost(git.knownHosts, host)) return;
    yield {
      path: ['git', 'knownHosts'],
      other: ['git', 'url'],
      message: `has no line for ${host}, the server of git.url`,
      hint,
    };
  },
});

/** Whether a `known_hosts` file has a key of the host, also where its names are hashed. */
function knowsHost(knownHosts: string, host: string): boolean {
  return knownHosts.split('\n').some((line) => {
    const [names = '', type, key] = line
      .trim()
      .split(/\s+/)
      .filter((word) => !word.startsWith('@cert-authority'));
    if (names.startsWith('#') || type === undefined || key === undefined) return false;
    return names.split(',').some((name) => (name.startsWith('|1|') ? isHashOf(name, host) : isPatternOf(name, host)));
  });
}

/** `|1|<salt>|<HMAC-SHA1 of the name>`, as `ssh-keygen -H` writes it. */
function isHashOf(hashed: string, host: string): boolean {
  const [, , salt = '', hash] = hashed.split('|');
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(host).digest('base64') === hash;
}

/** A name in which `*` and `?` stand for any characters, and for one. */
function isPatternOf(pattern: string, host: string): boolean {
  const expression = pattern
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${expression}$`, 'i').test(host);
}

export const git: Slice = {
  name: 'git',
  rules: [sshServerIsKnown],
  namespaces: () => [
    {
      name: fluxNamespace,
      capability: 'flux',
      podSecurity: 'restricted',
      reason: null,
    },
  ],
  secrets: ({ git }) => [
    {
      kind: 'kubernetes',
      namespace: fluxNamespace,
      name: gitSecretName,
      keys: git.url.startsWith('ssh://') ? ['identity', 'identity.pub', 'known_hosts'] : ['username', 'password'],
      purpose: 'Flux reads the Git repository with it',
    },
    {
      kind: 'kubernetes',
      namespace: fluxNamespace,
      name: decryptionSecretName,
      keys: ['age.agekey'],
      purpose: 'Flux decrypts the secrets of the repository with it: the cluster identity',
    },
  ],
};

export function planGit({ git }: Config): Git {
  return {
    url: git.url,
    branch: git.branch,
    interval: git.interval,
    namespace: fluxNamespace,
    secretName: gitSecretName,
    decryptionSecretName,
  };
}
