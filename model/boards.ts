import * as z from 'zod';
import type { Config } from './config.ts';
import { diskOptions } from './disks.ts';
import { duplicates } from './duplicates.ts';
import { accountName, address, bytes, hostKey, integer, name } from './fields.ts';
import { indexed, isComplete } from './pattern.ts';
import { rule } from './rules.ts';
import type { Slice } from './slice.ts';
import { formatBytes } from './units.ts';

/**
 * What a board can be, with its processor and how many cores it has. `arm64` and `amd64` stand for any other machine,
 * also a virtual one: only the machine itself knows its cores.
 */
export const hardware = {
  'raspberry-pi-4': { architecture: 'arm64', cores: 4 },
  'raspberry-pi-5': { architecture: 'arm64', cores: 4 },
  arm64: { architecture: 'arm64', cores: null },
  amd64: { architecture: 'amd64', cores: null },
} as const;

export type Architecture = 'arm64' | 'amd64';

const boardOptions = z.strictObject({
  name: name
    .max(32, 'is longer than 32 characters: choose a shorter name')
    .describe('Host name of the board, for ever: a new name is a new board.'),
  address: address.describe("The board's fixed address in the home network."),
  hardware: z
    .enum(Object.keys(hardware) as [keyof typeof hardware])
    .describe('What the board is. `arm64` and `amd64` stand for any other machine, also a virtual one.'),
  memory: bytes.describe('Memory of the board: `8GiB`.'),
  role: z
    .enum(['server', 'agent'])
    .describe(
      '`server`: runs the cluster and can own the virtual IP; a home has 1, 3 or 5. `agent`: only works for it.',
    ),
  boot: z
    .enum(['sd-card', 'ssd'])
    .default('sd-card')
    .describe('What the board boots from. SD cards wear out under the database of a server.'),
  vrrpPriority: integer(1, 254)
    .optional()
    .describe(
      'Who owns the virtual IP at the first start: the highest, 1 to 254. By default from the last number of `address`.',
    ),
  ssh: z
    .strictObject({
      user: accountName.default('admin').describe('Account that Ansible logs in with; it may use sudo.'),
      port: integer(1, 65535).default(22).describe('Port of the SSH server.'),
      hostKeys: z
        .array(hostKey)
        .default([])
        .describe(
          'Public host keys of the board: `ssh-ed25519 AAAA…`. Ansible then talks to no other machine; without them it uses the `known_hosts` of the admin. The playbook `host_keys` shows them.',
        ),
    })
    .prefault({})
    .describe('How Ansible reaches the board.'),
  disks: z
    .array(diskOptions)
    .default([])
    .describe('Disks of the board that homecloud may use. Any other is not touched.'),
});

export const boardsOptions = z
  .array(boardOptions)
  .min(1, 'is empty: a home needs at least one board')
  .describe('The machines of the home.');

export type BoardConfig = Config['boards'][number];

const namesAreUnique = rule({
  code: 'NODE002',
  severity: 'error',
  title: 'each board has a name of its own',
  reason: 'the second board takes the place of the first in the cluster, or is refused (k3s issue 2769)',
  reads: ['boards[].name'],
  *check({ boards }) {
    yield* duplicates(
      indexed(boards).map(([index, { name }]) => ({ path: ['boards', index, 'name'], key: name, what: `"${name}"` })),
      'give each board its own name',
    );
  },
});

const namesAreFree = rule({
  code: 'NODE003',
  severity: 'error',
  title: 'no board has a name that Ansible or the system uses',
  reason: 'Ansible takes the board for a group of boards, or for the machine that it runs on',
  keepsValue: true,
  reads: ['boards[].name'],
  *check({ boards }) {
    for (const [index, { name }] of indexed(boards)) {
      if (!['all', 'ungrouped', 'localhost', 'boards', 'servers', 'agents', 'dnas'].includes(name)) continue;
      yield {
        path: ['boards', index, 'name'],
        message: `"${name}" means something else to Ansible or to the system`,
        hint: "choose another name, for example that of a tree: name: 'birch'",
      };
    }
  },
});

const someBoardIsAServer = rule({
  code: 'NODE001',
  severity: 'error',
  title: 'a home has a server',
  reason: 'without one there is no cluster that the agents could work for',
  readsAll: ['boards[].role'],
  *check({ boards }) {
    if (boards.some(({ role }) => role === 'server')) return;
    yield {
      path: ['boards'],
      message: 'no board has the role server',
      hint: "write role: 'server' at one board, or at three where there are three or more",
    };
  },
});

const serversCanVote = rule({
  code: 'K3S001',
  severity: 'error',
  title: 'a home has 1, 3 or 5 servers',
  reason: 'two servers stop when either of them is away: twice the risk of one (k3s issue 10902)',
  readsAll: ['boards[].role'],
  *check({ boards }) {
    const servers = boards.filter(({ role }) => role === 'server').length;
    if (servers !== 2 && servers <= 5) return;
    yield {
      path: ['boards'],
      message: `${servers} boards have the role server, and a home has 1, 3 or 5 of them`,
      hint:
        servers === 2
          ? "write role: 'agent' at one of the two, or add a third board with role: 'server'"
          : "leave role: 'server' at five boards and write role: 'agent' at the others",
    };
  },
});

const fourServersAreNoGain = rule({
  code: 'K3S002',
  severity: 'warning',
  title: 'a fourth server is of no use',
  reason: 'four servers bear the loss of one board, as three do, and are slower',
  readsAll: ['boards[].role'],
  *check({ boards }) {
    const servers = boards.filter(({ role }) => role === 'server').length;
    if (servers !== 4) return;
    yield {
      path: ['boards'],
      message: '4 boards have the role server: they bear the loss of one board, as 3 would',
      hint: "write role: 'agent' at one of them, or role: 'server' at a fifth board",
    };
  },
});

const databaseIsOffTheCard = rule({
  code: 'K3S006',
  severity: 'warning',
  title: "a server's database is not on an SD card",
  reason: 'the database writes all day: the card slows the cluster down, then fails (rancher/docs issue 3134)',
  reads: ['boards[].role', 'boards[].boot', 'boards[].disks[].purpose'],
  *check({ boards }) {
    for (const [index, { role, boot, disks }] of indexed(boards)) {
      const hasSystemDisk = disks.some(({ purpose }) => purpose === 'system');
      if (role !== 'server' || boot !== 'sd-card' || hasSystemDisk || !isComplete(disks)) continue;
      yield {
        path: ['boards', index],
        message: "the server keeps the cluster's database on an SD card",
        hint: "add a disk with purpose: 'system', or write boot: 'ssd' if the board boots from one (without it boot is 'sd-card')",
      };
    }
  },
});

/**
 * Of a board. k3s's own minimum is 2 GiB for a server (k3s documentation, requirements); an agent needs 512 MiB for k3s
 * alone, and what it runs needs as much again.
 */
const leastMemory = { server: 2 * 2 ** 30, agent: 2 ** 30 } as const;

const memorySuffices = rule({
  code: 'NODE006',
  severity: 'error',
  title: 'a server has at least 2 GiB of memory, an agent 1 GiB',
  reason: 'the board runs out of memory and kills its own services',
  reads: ['boards[].role', 'boards[].memory'],
  *check({ boards }) {
    for (const [index, { role, memory }] of indexed(boards)) {
      if (memory >= leastMemory[role]) continue;
      yield {
        path: ['boards', index, 'memory'],
        message: `${formatBytes(memory)} is too little for ${role === 'server' ? 'a server' : 'an agent'}, which needs ${formatBytes(leastMemory[role])}`,
        hint:
          role === 'server' ? "write role: 'agent', or use a board with more memory" : 'use a board with more memory',
      };
    }
  },
});

/**
 * Ports that homecloud or k3s open on boards, here and in what comes (design, "Identities and ports"; k3s documentation,
 * requirements). A test holds them to those of the model.
 */
const takenPorts = new Set([
  53, 80, 443, 445, 2049, 2379, 2380, 3702, 5001, 6443, 6444, 8443, 10248, 10249, 10250, 10256, 22000,
]);

const sshPortIsFree = rule({
  code: 'NODE014',
  severity: 'error',
  title: 'the port of SSH is not one that the home opens for something else',
  reason: 'one of the two cannot start: the board cannot be reached, or serves nothing',
  reads: ['boards[].ssh.port'],
  *check({ boards }) {
    for (const [index, { ssh }] of indexed(boards)) {
      if (!takenPorts.has(ssh.port)) continue;
      yield {
        path: ['boards', index, 'ssh', 'port'],
        message: `${ssh.port} is a port that homecloud opens on boards for something else`,
        hint: 'write the port that the SSH server of the board really has: port: 22',
      };
    }
  },
});

const hostKeysAreUnique = rule({
  code: 'NODE015',
  severity: 'error',
  title: 'each board has a host key of its own',
  reason: 'a board whose card is a copy of another one has also its identity: whoever opens one board can pose as both',
  reads: ['boards[].ssh.hostKeys[]'],
  *check({ boards }) {
    yield* duplicates(
      indexed(boards).flatMap(([index, { ssh }]) =>
        indexed(ssh.hostKeys).map(([at, key]) => ({
          path: ['boards', index, 'ssh', 'hostKeys', at],
          // Without the comment.
          key: key.split(' ').slice(0, 2).join(' '),
          what: 'the host key',
        })),
      ),
      'copy each key from its own board; if both boards really have it, one card is a copy of the other: flash it anew',
    );
  },
});

export const boards: Slice = {
  name: 'boards',
  rules: [
    someBoardIsAServer,
    namesAreUnique,
    namesAreFree,
    serversCanVote,
    fourServersAreNoGain,
    databaseIsOffTheCard,
    memorySuffices,
    sshPortIsFree,
    hostKeysAreUnique,
  ],
  requirements: ({ network }, board) => ({
    packages: [
      // Swap in compressed memory, and the time zones.
      ...['systemd-zram-generator', 'tzdata', 'unattended-upgrades'],
      ...(network.firewall.enabled ? ['nftables'] : []),
    ],
    ports: [{ port: board.ssh.port, protocol: 'tcp', from: 'home', purpose: 'SSH' }],
  }),
};
