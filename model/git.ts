import { createHmac } from 'node:crypto';
import * as z from 'zod';
import type { BoardConfig } from './boards.ts';
import type { Config } from './config.ts';
import type { Git } from './facts/git.ts';
import { name } from './fields.ts';
import { rule } from './rules.ts';
import { type Secret, vaultVariable } from './secrets.ts';
import { show } from './show.ts';
import type { Slice } from './slice.ts';

/** Namespace of Flux, as its own installer has it. */
export const fluxNamespace = 'flux-system';

const gitSecretName = 'home-git';

/** Flux takes every key of it that ends with `.agekey` for an age identity (kustomize-controller, decryption). */
const decryptionSecretName = 'sops-age';

/** An address that Flux takes (source-controller, GitRepository: `spec.url`), without a password. */
function isGitUrl(text: string): boolean {
  const isShaped = /^(ssh:\/\/[^\s@/:]+@[^\s/:@]+(:\d+)?|https:\/\/[^\s/:@]+(:\d+)?)\/[^\s?#]+$/.test(text);
  return isShaped && URL.canParse(text);
}

/** Folder of the repositories that a board holds: on its own system, so that Flux reads it while a disk is away. */
const repositories = '/srv/git';

export const gitOptions = z.strictObject({
  board: name
    .optional()
    .describe(
      'Board that holds the repository, for a home without a Git server. Then `url` and `knownHosts` follow from the board: push to it once, and again after each change.',
    ),
  url: z
    .string()
    .refine(isGitUrl, {
      error: ({ input }) => {
        const [, server, path] = /^([\w.-]+@[\w.-]+):(?!\/)(\S+)$/.exec(String(input)) ?? [];
        const example =
          server === undefined
            ? "'ssh://git@git.example.org/alice/home.git' or 'https://git.example.org/alice/home.git', without a password"
            : `'ssh://${server}/${path}'`;
        return `is not a Git address that Flux can use: write ${example}`;
      },
    })
    .optional()
    .describe(
      'Repository of the home, which Flux watches: `ssh://git@git.example.org/alice/home.git`. Needed without `board`.',
    ),
  branch: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]*$/, 'is not the name of a branch: write it as "git branch" shows it')
    .default('main')
    .describe('Branch that Flux applies.'),
  knownHosts: z
    .string()
    .min(1, 'is empty')
    .optional()
    .describe(
      "Lines of the Git server's host keys, as `ssh-keyscan` prints them after you compared them. Needed with ssh.",
    ),
  isPublic: z
    .boolean()
    .default(false)
    .describe('Everyone can read the repository by https: Flux needs no credential for it.'),
  interval: z
    .string()
    .regex(/^[1-9]\d*[smh]$/, 'is not a duration: write a number above 0 and s, m or h, for example "10m"')
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
    if (!git.url?.startsWith('ssh://')) return;
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

/** A name in which `*` and `?` stand for any characters, and for one: none of both is tried twice. */
function isPatternOf(pattern: string, host: string): boolean {
  let [at, from, star] = [0, 0, -1];
  for (let place = 0; place < host.length; ) {
    const wanted = pattern[at]?.toLowerCase();
    if (wanted === '?' || wanted === host[place]) {
      at += 1;
      place += 1;
    } else if (wanted === '*') {
      [star, from] = [at, place];
      at += 1;
    } else if (star >= 0) {
      from += 1;
      [at, place] = [star + 1, from];
    } else return false;
  }
  return /^\**$/.test(pattern.slice(at));
}

const sshIsNeverPublic = rule({
  code: 'OUT010',
  severity: 'error',
  title: 'a repository that everyone can read is reached by https',
  reason: 'ssh asks who is there, and Flux would have no answer',
  reads: ['git.url', 'git.isPublic'],
  *check({ git }) {
    if (!git.isPublic || git.url?.startsWith('https://') !== false) return;
    yield {
      path: ['git', 'isPublic'],
      other: ['git', 'url'],
      message: `is true, and git.url is reached by ssh: ${git.url}`,
      hint: "take isPublic away, or write the https address of the repository: url: 'https://…'",
    };
  },
});

const onePlace = rule({
  code: 'OUT011',
  severity: 'error',
  title: 'the repository is in one place: at an address, or on a board',
  reason: 'Flux follows one repository, and nobody could tell which',
  reads: ['git.url', 'git.board', 'git.knownHosts', 'git.isPublic'],
  *check({ git }) {
    if (git.board === undefined) {
      if (git.url !== undefined) return;
      yield {
        path: ['git'],
        message: 'has neither url nor board',
        hint: "write the address of the repository: url: 'ssh://…', or the board that shall hold it: board: 'oak'",
      };
      return;
    }
    for (const key of ['url', 'knownHosts'] as const) {
      if (git[key] === undefined) continue;
      yield {
        path: ['git', key],
        other: ['git', 'board'],
        message: `stands beside git.board: ${git.board}, which it follows from`,
        hint: `take ${key} away, or board`,
      };
      return;
    }
    if (!git.isPublic) return;
    yield {
      path: ['git', 'isPublic'],
      other: ['git', 'board'],
      message: `is true, and the repository is on a board, ${git.board}, where it is reached by ssh`,
      hint: 'take isPublic away',
    };
  },
});

const boardCanHoldIt = rule({
  code: 'OUT012',
  severity: 'error',
  title: 'the board that holds the repository exists, has a known host key, and the admin may push to it',
  reason: 'Flux refuses to talk to a board whose key it cannot compare, and nobody could push',
  reads: ['git.board', 'home.admin.sshKeys'],
  readsAll: ['boards[].name', 'boards[].ssh.hostKeys'],
  *check({ git, boards, home }) {
    if (git.board === undefined) return;
    const path = ['git', 'board'];
    const board = boards.filter(({ name }) => name === git.board).at(0);
    if (board === undefined) {
      const names = boards.flatMap(({ name }) => name);
      yield {
        path,
        message: `there is no board ${show(git.board)}`,
        hint: `write one of ${names.join(', ')}`,
      };
    } else if (board.ssh.hostKeys.length === 0) {
      yield {
        path,
        message: `${git.board} has no boards[].ssh.hostKeys, which Flux compares`,
        hint: 'run the playbook host_keys, and write what it shows for the board as ssh: { hostKeys: [ … ] }',
      };
    } else if (home.admin.sshKeys.length === 0) {
      yield {
        path,
        other: ['home', 'admin', 'sshKeys'],
        message: 'needs home.admin.sshKeys: nobody could push to the repository',
        hint: 'write the line of your file ~/.ssh/id_ed25519.pub as admin: { sshKeys: [ … ] }',
      };
    }
  },
});

export const git: Slice = {
  name: 'git',
  rules: [sshServerIsKnown, sshIsNeverPublic, onePlace, boardCanHoldIt],
  namespaces: () => [
    {
      name: fluxNamespace,
      capability: 'flux',
      podSecurity: 'restricted',
      reason: null,
      open: {
        directions: ['Ingress', 'Egress'],
        reason: 'its release brings policies of its own (flux2, manifests/policies)',
      },
    },
  ],
  // As install.yaml has them (each controller's config/manager/deployment.yaml).
  pods: () =>
    ['helm-controller', 'kustomize-controller', 'notification-controller', 'source-controller'].map((name) => ({
      name,
      replicas: 1,
      resources: {
        cpuRequest: name === 'source-controller' ? '50m' : '100m',
        memoryRequest: '64Mi',
        memoryLimit: '1Gi',
      },
    })),
  secrets: (config) => [
    {
      name: 'cluster-identity',
      purpose: 'Flux opens the encrypted Secrets of the repository with it',
      source: { kind: 'age-identity' },
      places: [{ in: 'boards', variable: vaultVariable('flux', 'identity'), part: 'identity' }],
      rotation: `the Secret ${fluxNamespace}/${decryptionSecretName} in the cluster, before you push. The one before stays beside it, so that nothing is interrupted.`,
    },
    ...credential(config),
  ],
};

/** What Flux reads the repository with. */
function credential(config: Config): Secret[] {
  const { isPublic, board } = config.git;
  const url = urlOf(config);
  const rotation = `the Secret ${fluxNamespace}/${gitSecretName} in the cluster, once the Git server knows the new one. Flux waits meanwhile; nothing that runs is interrupted.`;
  if (url.startsWith('ssh://')) {
    return [
      {
        name: 'git-deploy-key',
        purpose: 'Flux reads the Git repository with it; the Git server must know its public half',
        source: { kind: 'ssh-key' },
        places: [
          { in: 'boards', variable: vaultVariable('flux', 'git_private_key'), part: 'privateKey' },
          { in: 'boards', variable: vaultVariable('flux', 'git_public_key'), part: 'publicKey' },
          ...(board === undefined
            ? []
            : [
                {
                  in: 'boards' as const,
                  variable: vaultVariable('git_repository', 'deploy_key'),
                  part: 'publicKey',
                },
              ]),
        ],
        rotation,
      },
    ];
  }
  if (isPublic) return [];
  return [
    {
      name: 'git-token',
      purpose: 'Flux reads the Git repository with it',
      source: { kind: 'supplied', what: 'an access token of the Git server that may read the repository' },
      places: [{ in: 'boards', variable: vaultVariable('flux', 'git_token'), part: 'value' }],
      rotation,
    },
  ];
}

export function planGit(config: Config): Git {
  const { git, home } = config;
  const board = boardOf(config);
  return {
    url: urlOf(config),
    repository: board === undefined ? null : { board: board.name, path: repositoryPath(config) },
    branch: git.branch,
    interval: git.interval,
    namespace: fluxNamespace,
    rootName: 'home',
    clusterFolder: `clusters/${home.name}`,
    knownHosts: board === undefined ? (git.knownHosts ?? null) : knownHostsOf(board),
    secretName: git.isPublic ? null : gitSecretName,
    decryptionSecretName,
  };
}

/** The board that holds the repository, if one does. */
function boardOf({ git, boards }: Config): BoardConfig | undefined {
  return boards.find(({ name }) => name === git.board);
}

function repositoryPath({ home }: Config): string {
  return `${repositories}/${home.name}.git`;
}

/** Where Flux and the admin reach the repository. */
function urlOf(config: Config): string {
  const board = boardOf(config);
  if (board === undefined) return config.git.url ?? '';
  const port = board.ssh.port === 22 ? '' : `:${board.ssh.port}`;
  return `ssh://git@${board.address}${port}${repositoryPath(config)}`;
}

/** As OpenSSH and Flux write a server on another port (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"). */
function knownHostsOf({ address, ssh }: BoardConfig): string {
  const host = ssh.port === 22 ? address : `[${address}]:${ssh.port}`;
  return ssh.hostKeys.map((key) => `${host} ${key}\n`).join('');
}
