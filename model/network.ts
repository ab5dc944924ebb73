import * as z from 'zod';
import { addressAt, broadcastAddress, contains, intervalOf, isWithin, networkAddress, overlaps } from './addresses.ts';
import type { Config } from './config.ts';
import { duplicates } from './duplicates.ts';
import { address, addressRange, cidr } from './fields.ts';
import type { Network } from './model.ts';
import type { Path } from './problems.ts';
import { rule } from './rules.ts';
import type { Slice } from './slice.ts';

export const networkOptions = z.strictObject({
  subnet: cidr.describe('The network of the home, as the router has it: `192.168.1.0/24`.'),
  gateway: address.describe("The router's address in that network."),
  nameservers: z
    .array(address)
    .min(1, 'is empty: give the address of at least one name server, most often the router')
    .describe('Name servers of the boards, most often the router.'),
  dhcp: addressRange
    .optional()
    .describe(
      'Addresses that the router leases to guests and phones: `192.168.1.100-192.168.1.199`. No board may stand there.',
    ),
  virtualIp: address.describe(
    'The one address of the home, owned by one healthy server at a time: the API server, the ingress, the port forward of the router and the DNS records point at it. A free address outside `dhcp`.',
  ),
  virtualRouterId: z
    .int('is not a whole number')
    .min(1, 'is below 1')
    .max(255, 'is above 255')
    .optional()
    .describe(
      'VRRP identity of the virtual IP, unique in the network, 1 to 255. By default the last number of `virtualIp`.',
    ),
  pods: cidr
    .default('10.42.0.0/16')
    .describe('Network of the pods. It exists only inside the cluster and must not overlap any other.'),
  services: cidr.default('10.43.0.0/16').describe('Network of the services, inside the cluster only.'),
});

/** An address of the home and where the config gives it. */
interface Owner {
  readonly path: Path;
  readonly address: string;
}

function gatewayOwner({ network }: Pick<Config, 'network'>): Owner {
  return { path: ['network', 'gateway'], address: network.gateway };
}

/** The addresses that homecloud itself sets: those of the boards, and the virtual IP. */
function fixedOwners({ network, boards }: Pick<Config, 'network' | 'boards'>): Owner[] {
  return [
    { path: ['network', 'virtualIp'], address: network.virtualIp },
    ...boards.map((board, index) => ({ path: ['boards', index, 'address'], address: board.address })),
  ];
}

const networksAreInNetworkForm = rule({
  code: 'NET001',
  severity: 'error',
  title: 'networks are written by their first address',
  reason: 'programs read the address bits after the prefix in different ways',
  reads: ['network'],
  *check({ network }) {
    for (const key of ['subnet', 'pods', 'services'] as const) {
      const [written = '', prefix = ''] = network[key].split('/');
      const right = `${networkAddress(network[key])}/${prefix}`;
      if (right === network[key]) continue;
      yield {
        path: ['network', key],
        message: `${written} is an address inside the network ${right}, not the network itself`,
        hint: `write ${key}: '${right}'`,
      };
    }
  },
});

const networksAreApart = rule({
  code: 'NET002',
  severity: 'error',
  title: 'the networks of the home, the pods and the services are apart',
  reason: 'pods answer for the devices of the home: the boards lose the network (k3s issue 588)',
  reads: ['network'],
  *check({ network }) {
    const keys = ['subnet', 'pods', 'services'] as const;
    for (const [index, key] of keys.entries()) {
      for (const other of keys.slice(0, index)) {
        if (!overlaps(network[key], network[other])) continue;
        yield {
          path: ['network', key],
          other: ['network', other],
          message: `${network[key]} overlaps network.${other}, ${network[other]}`,
          hint: 'choose networks that share no address; 10.42.0.0/16 for pods and 10.43.0.0/16 for services fit most homes',
        };
      }
    }
  },
});

const addressesAreInTheSubnet = rule({
  code: 'NET005',
  severity: 'error',
  title: 'boards, gateway, virtual IP and leases are addresses of the home network',
  reason: 'the virtual IP moves between boards only inside one network segment',
  reads: ['network', 'boards'],
  *check(config) {
    const { network } = config;
    for (const owner of [gatewayOwner(config), ...fixedOwners(config)]) {
      if (contains(network.subnet, owner.address)) continue;
      yield {
        path: owner.path,
        other: ['network', 'subnet'],
        message: `${owner.address} is outside network.subnet, ${network.subnet}`,
        hint: `use a free address of ${network.subnet}, or correct network.subnet`,
      };
    }
    if (network.dhcp === undefined) return;
    if (isWithin(network.dhcp, network.subnet)) return;
    yield {
      path: ['network', 'dhcp'],
      other: ['network', 'subnet'],
      message: `${network.dhcp} is not wholly inside network.subnet, ${network.subnet}`,
      hint: "copy both from the router's page",
    };
  },
});

const addressesAreUsable = rule({
  code: 'NET007',
  severity: 'error',
  title: 'no address is the first or the last of the network',
  reason: 'the first names the network and the last is its broadcast address: no interface takes them',
  reads: ['network', 'boards'],
  *check(config) {
    const { network } = config;
    for (const { path, address } of [gatewayOwner(config), ...fixedOwners(config)]) {
      const isNetwork = address === networkAddress(network.subnet);
      if (!isNetwork && address !== broadcastAddress(network.subnet)) continue;
      yield {
        path,
        other: ['network', 'subnet'],
        message: `${address} is the ${isNetwork ? 'network' : 'broadcast'} address of network.subnet, ${network.subnet}`,
        hint: 'use an address between the first and the last of the network',
      };
    }
  },
});

const addressesAreUnique = rule({
  code: 'NET008',
  severity: 'error',
  title: 'each address has one owner',
  reason: 'two devices with one address answer in turns: connections break at random',
  reads: ['network', 'boards'],
  *check(config) {
    yield* duplicates(
      [gatewayOwner(config), ...fixedOwners(config)].map(({ path, address }) => ({
        path,
        key: address,
        what: address,
      })),
      'give each its own free address',
    );
  },
});

const fixedAddressesAreNotLeased = rule({
  code: 'NET009',
  severity: 'error',
  title: 'boards and the virtual IP stand outside the addresses that the router leases',
  reason: 'the router gives the address to a phone one day, and the board drops out',
  reads: ['network', 'boards'],
  *check(config) {
    const { network } = config;
    if (network.dhcp === undefined) return;
    for (const owner of fixedOwners(config)) {
      if (!contains(network.dhcp, owner.address)) continue;
      yield {
        path: owner.path,
        other: ['network', 'dhcp'],
        message: `${owner.address} is one of the addresses that the router leases, network.dhcp ${network.dhcp}`,
        hint: 'use an address outside network.dhcp, or make that range smaller in the router and here',
      };
    }
  },
});

const podNetworkHasRoom = rule({
  code: 'NET010',
  severity: 'error',
  title: 'the pod network has a /24 for each board',
  reason: 'a board without a part of its own for pods never becomes ready',
  reads: ['network', 'boards'],
  *check({ network, boards }) {
    const { first, last } = intervalOf(network.pods);
    const room = Math.floor((last - first + 1) / 256);
    if (boards.length <= room) return;
    yield {
      path: ['network', 'pods'],
      other: ['boards'],
      message: `${network.pods} has room for ${room} ${room === 1 ? 'board' : 'boards'} of 256 addresses, and there are ${boards.length}`,
      hint: "write pods: '10.42.0.0/16', room for 256 boards",
    };
  },
});

const serviceNetworkHasASize = rule({
  code: 'NET012',
  severity: 'error',
  title: 'the service network has a prefix length from 12 to 27',
  reason: 'the API server refuses more than 20 bits of services, and fewer than 32 addresses run out',
  reads: ['network'],
  *check({ network }) {
    const { first, last } = intervalOf(network.services);
    const size = last - first + 1;
    if (size <= 2 ** 20 && size >= 2 ** 5) return;
    yield {
      path: ['network', 'services'],
      message: `${network.services} has ${size} addresses; from 32 (/27) to 1048576 (/12) are possible`,
      hint: "write services: '10.43.0.0/16'",
    };
  },
});

export const network: Slice = {
  name: 'network',
  rules: [
    networksAreInNetworkForm,
    networksAreApart,
    addressesAreInTheSubnet,
    addressesAreUsable,
    addressesAreUnique,
    fixedAddressesAreNotLeased,
    podNetworkHasRoom,
    serviceNetworkHasASize,
  ],
};

export function planNetwork({ network }: Config): Network {
  return {
    subnet: network.subnet,
    gateway: network.gateway,
    nameservers: network.nameservers,
    dhcp: network.dhcp ?? null,
    pods: network.pods,
    services: network.services,
    clusterDns: addressAt(network.services, 10),
  };
}
