import * as z from 'zod';
import type { Config } from './config.ts';
import { diskOptions } from './disks.ts';
import { duplicates } from './duplicates.ts';
import { address, bytes, name } from './fields.ts';
import { rule } from './rules.ts';
import type { Slice } from './slice.ts';
import { formatBytes } from './units.ts';

/** What a board can be, with its processor. `arm64` and `amd64` stand for any other machine, also a virtual one. */
export const hardware = {
  'raspberry-pi-4': { architecture: 'arm64' },
  'raspberry-pi-5': { architecture: 'arm64' },
  arm64: { architecture: 'arm64' },
  amd64: { architecture: 'amd64' },
} as const;

export type Architecture = 'arm64' | 'amd64';

const boardOptions = z.strictObject({
  name: name
    .max(32, 'is longer than 32 characters')
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
  vrrpPriority: z
    .int('is not a whole number')
    .min(1, 'is below 1')
    .max(254, 'is above 254')
    .optional()
    .describe(
      'Who owns the virtual IP at the first start: the highest, 1 to 254. By default from the last number of `address`.',
    ),
  ssh: z
    .strictObject({
      user: name.default('admin').describe('Account that Ansible logs in with; it may use sudo.'),
      port: z
        .int('is not a whole number')
        .min(1, 'is below 1')
        .max(65535, 'is above 65535')
        .default(22)
        .describe('Port of the SSH server.'),
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
  reads: ['boards'],
  *check({ boards }) {
    yield* duplicates(
      boards.map(({ name }, index) => ({ path: ['boards', index, 'name'], key: name, what: `"${name}"` })),
      'give each board its own name',
    );
  },
});

const namesAreFree = rule({
  code: 'NODE003',
  severity: 'error',
  title: 'no board has a name that Ansible or the system uses',
  reason: 'Ansible takes the board for a group of boards, or for the machine that it runs on',
  reads: ['boards'],
  *check({ boards }) {
    for (const [index, { name }] of boards.entries()) {
      if (!['all', 'ungrouped', 'localhost', 'servers', 'agents'].includes(name)) continue;
      yield {
        path: ['boards', index, 'name'],
        message: `"${name}" means something else to Ansible or to the system`,
        hint: 'choose another name, for example the name of a tree',
      };
    }
  },
});

const serversCanVote = rule({
  code: 'K3S001',
  severity: 'error',
  title: 'a home has 1, 3 or 5 servers',
  reason: 'two servers stop when either of them is away: twice the risk of one (k3s issue 10902)',
  reads: ['boards'],
  *check({ boards }) {
    const servers = boards.filter(({ role }) => role === 'server').length;
    if (servers === 1 || servers === 3 || servers === 4 || servers === 5) return;
    yield {
      path: ['boards'],
      message: `${servers} ${servers === 1 ? 'board has' : 'boards have'} the role server`,
      hint:
        servers === 0
          ? "give one board role: 'server', or three where there are three boards or more"
          : `give ${servers === 2 ? 'one' : 'five'} of them role: 'server' and the others role: 'agent'`,
    };
  },
});

const fourServersAreNoGain = rule({
  code: 'K3S002',
  severity: 'warning',
  title: 'a fourth server is of no use',
  reason: 'four servers bear the loss of one board, as three do, and are slower',
  reads: ['boards'],
  *check({ boards }) {
    const servers = boards.filter(({ role }) => role === 'server').length;
    if (servers !== 4) return;
    yield {
      path: ['boards'],
      message: '4 boards have the role server: they bear the loss of one board, as 3 would',
      hint: "give one of them role: 'agent', or a fifth board role: 'server'",
    };
  },
});

const databaseIsOffTheCard = rule({
  code: 'K3S006',
  severity: 'warning',
  title: "a server's database is not on an SD card",
  reason: 'the database writes all day: the card slows the cluster down, then fails (rancher/docs issue 3134)',
  reads: ['boards'],
  *check({ boards }) {
    for (const [index, board] of boards.entries()) {
      const hasSystemDisk = board.disks.some(({ purpose }) => purpose === 'system');
      if (board.role !== 'server' || board.boot !== 'sd-card' || hasSystemDisk) continue;
      yield {
        path: ['boards', index],
        message: `the server ${board.name} keeps the cluster's database on an SD card`,
        hint: "add a disk with purpose: 'system', or write boot: 'ssd' if the board boots from one",
      };
    }
  },
});

/** Of a board: k3s's own minimum for a server is 2 GiB, for an agent 512 MiB (k3s documentation, requirements). */
const leastMemory = { server: 2 * 2 ** 30, agent: 2 ** 30 } as const;

const memorySuffices = rule({
  code: 'NODE005',
  severity: 'error',
  title: 'a server has at least 2 GiB of memory, an agent 1 GiB',
  reason: 'the board runs out of memory and kills its own services',
  reads: ['boards'],
  *check({ boards }) {
    for (const [index, { name, role, memory }] of boards.entries()) {
      if (memory >= leastMemory[role]) continue;
      yield {
        path: ['boards', index, 'memory'],
        message: `${formatBytes(memory)} is too little: ${name} is ${role === 'server' ? 'a server' : 'an agent'}, which needs ${formatBytes(leastMemory[role])}`,
        hint:
          role === 'server' ? "give it role: 'agent', or use a board with more memory" : 'use a board with more memory',
      };
    }
  },
});

export const boards: Slice = {
  name: 'boards',
  rules: [namesAreUnique, namesAreFree, serversCanVote, fourServersAreNoGain, databaseIsOffTheCard, memorySuffices],
  requirements: (_config, board) => ({
    ports: [{ port: board.ssh.port, protocol: 'tcp', from: 'home', purpose: 'SSH' }],
  }),
};
