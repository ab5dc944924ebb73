import { lastOctet } from './addresses.ts';
import type { BoardConfig } from './boards.ts';
import type { Config } from './config.ts';
import { duplicates } from './duplicates.ts';
import type { Board } from './facts/boards.ts';
import type { VirtualIp } from './facts/virtual-ip.ts';
import { byAddress } from './order.ts';
import { indexed } from './pattern.ts';
import { rule } from './rules.ts';
import type { Slice } from './slice.ts';

const virtualRouterIdIsPossible = rule({
  code: 'VIP002',
  severity: 'error',
  title: 'the virtual router id is a number from 1 to 255',
  reason: 'VRRP has one byte for it, and 0 is reserved (RFC 5798, section 5.2.3)',
  reads: ['network.virtualIp', 'network.virtualRouterId'],
  *check({ network }) {
    if (network.virtualRouterId !== undefined || lastOctet(network.virtualIp) > 0) return;
    yield {
      path: ['network', 'virtualIp'],
      message: `${network.virtualIp} ends with 0, so that no virtual router id can be taken from it`,
      hint: 'add virtualRouterId to network, a number from 1 to 255 that no other router in the network uses',
    };
  },
});

/**
 * Which server owns the virtual IP first: the one with the lowest address. It comes from the board's own address,
 * so that no board's priority changes when another is added. 255 means the address's owner (RFC 5798, section 5.2.4).
 *
 * It is also the order in which they take over: after three intervals without a message and (256 - priority) / 256 of
 * one more (section 6.1). With intervals of 0.2 s that is 0.61 s at an address that ends with .11, and 0.76 s at .200.
 * 254 addresses and 254 priorities leave no other mapping that gives each board one of its own.
 */
function vrrpPriority(board: Pick<BoardConfig, 'address' | 'vrrpPriority'>): number {
  return board.vrrpPriority ?? 255 - lastOctet(board.address);
}

const prioritiesArePossible = rule({
  code: 'VIP003',
  severity: 'error',
  title: 'servers have different VRRP priorities from 1 to 254',
  reason: 'two servers with one priority can both take the virtual IP at the first start',
  reads: ['boards[].role', 'boards[].address', 'boards[].vrrpPriority'],
  *check({ boards }) {
    const servers = boards.flatMap((board, index) => {
      const path = ['boards', index, board.vrrpPriority === undefined ? 'address' : 'vrrpPriority'];
      return board.role === 'server' ? [{ board, path, priority: vrrpPriority(board) }] : [];
    });
    for (const { board, path, priority } of servers) {
      if (priority >= 1 && priority <= 254) continue;
      yield {
        path,
        message: `${board.address} gives the VRRP priority ${priority}, and VRRP has 1 to 254`,
        hint: 'add vrrpPriority to the board, for example vrrpPriority: 100',
      };
    }
    yield* duplicates(
      servers.map(({ path, priority }) => ({ path, key: priority, what: `the VRRP priority ${priority}` })),
      'add vrrpPriority to one of the two boards, another number from 1 to 254',
    );
  },
});

const prioritiesAreOfServers = rule({
  code: 'VIP012',
  severity: 'warning',
  title: 'only servers have a VRRP priority',
  reason: 'an agent never owns the virtual IP: its priority does nothing',
  reads: ['boards[].role', 'boards[].vrrpPriority'],
  *check({ boards }) {
    for (const [index, { role, vrrpPriority }] of indexed(boards)) {
      if (role === 'server' || vrrpPriority === undefined) continue;
      yield {
        path: ['boards', index, 'vrrpPriority'],
        message: `${vrrpPriority} does nothing: the board is an agent`,
        hint: "take vrrpPriority away, or write role: 'server'",
      };
    }
  },
});

/** Boards that can own the virtual IP: those with an API server and the ingress. */
export function owners(boards: readonly BoardConfig[]): BoardConfig[] {
  return boards.filter(({ role }) => role === 'server').sort(byAddress);
}

const nodeLabel = 'homecloud.io/virtual-ip';

export function planVirtualIp({ network }: Config): VirtualIp {
  return {
    address: network.virtualIp,
    routerId: network.virtualRouterId ?? lastOctet(network.virtualIp),
    nodeLabel,
  };
}

export function planBoardVirtualIp({ boards }: Config, board: BoardConfig): Board['virtualIp'] {
  if (board.role !== 'server') return null;
  const others = owners(boards).filter(({ name }) => name !== board.name);
  return { priority: vrrpPriority(board), peers: others.map(({ address }) => address) };
}

export const virtualIp: Slice = {
  name: 'virtual-ip',
  rules: [virtualRouterIdIsPossible, prioritiesArePossible, prioritiesAreOfServers],
  requirements: ({ boards }, board) =>
    board.role === 'server'
      ? {
          packages: ['curl', 'keepalived'],
          labels: { [nodeLabel]: 'true' },
          ports:
            owners(boards).length > 1
              ? [{ port: null, protocol: 'vrrp', from: 'boards', purpose: 'who owns the virtual IP (keepalived)' }]
              : [],
        }
      : {},
};
