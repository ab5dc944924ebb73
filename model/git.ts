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
  reads: ['git'],
  *check({ git }) {
    if (!git.url.startsWith('ssh://') || git.knownHosts !== undefined) return;
    yield {
      path: ['git'],
      message: `${git.url} is reached by ssh, and git.knownHosts is missing`,
      hint: `run "ssh-keyscan ${new URL(git.url).hostname}", compare the keys with those that the server publishes, and paste the lines as knownHosts`,
    };
  },
});

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
