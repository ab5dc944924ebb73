import * as z from 'zod';
import {
  addressAt,
  broadcastAddress,
  contains,
  intervalOf,
  isWithin,
  networkAddress,
  prefixLength,
} from './addresses.ts';
import type { Config } from './config.ts';
import { duplicates } from './duplicates.ts';
import type { Network } from './facts/network.ts';
import { address, addressRange, cidr, integer } from './fields.ts';
import { networkRangeRules, privateNetworks } from './network-ranges.ts';
import { indexed, type Known } from './pattern.ts';
import { formatPath, listed, type Path } from './problems.ts';
import { rule } from './rules.ts';
import type { Slice } from './slice.ts';

export const networkOptions = z.strictObject({
  subnet: cidr
    .refine((written) => prefixLength(written) >= 8 && prefixLength(written) <= 29, {
      error: 'is not the network of a home: write a prefix length from 8 to 29, most often /24',
      // What is no network at all was told.
      when: ({ issues }) => issues.length === 0,
    })
    .describe('The network of the home, as the router has it: `192.168.1.0/24`.'),
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
  virtualRouterId: integer(1, 255)
    .optional()
    .describe(
      'VRRP identity of the virtual IP, unique in the network, 1 to 255. By default the last number of `virtualIp`.',
    ),
  pods: cidr
    .default('10.42.0.0/16')
    .describe('Network of the pods. It exists only inside the cluster and must not overlap any other.'),
  services: cidr.default('10.43.0.0/16').describe('Network of the services, inside the cluster only.'),
  others: z
    .array(cidr)
    .default([])
    .describe(
      'Other networks whose machines reach the home or are reached from it: a VPN, the guests, an office. Pods and services must not overlap them.',
    ),
  firewall: z
    .strictObject({
      enabled: z
        .boolean()
        .default(true)
        .describe(
          'A firewall on each board, which lets in what the home has a use for: `homecloud report ports` lists it. New rules that shut you out are taken back after a minute.',
        ),
      trusted: z
        .array(cidr)
        .default([])
        .describe(
          'Other networks whose machines may use all that the home network may, and log in by SSH: your VPN, never the guests.',
        ),
    })
    .prefault({})
    .describe('What the boards let in.'),
  discovery: z
    .boolean()
    .default(true)
    .describe('Boards with shares announce themselves at home: computers and phones show them without an address.'),
});

/** An address of the home and where the config gives it. */
interface Owner {
  readonly path: Path;
  readonly address: string;
}

/** The addresses of a home as far as they are known. */
interface Addresses {
  readonly network: { readonly gateway?: string | undefined; readonly virtualIp?: string | undefined };
  readonly boards: Known<{ readonly address: string }>;
}

function owner(path: Path, address: string | undefined): Owner[] {
  return address === undefined ? [] : [{ path, address }];
}

/** The addresses that homecloud itself sets: those of the boards, and the virtual IP. */
function fixedOwners({ network, boards }: Addresses): Owner[] {
  return [
    ...owner(['network', 'virtualIp'], network.virtualIp),
    ...boards.flatMap(({ address }, index) => owner(['boards', index, 'address'], address)),
  ];
}

function allOwners(home: Addresses): Owner[] {
  return [...owner(['network', 'gateway'], home.network.gateway), ...fixedOwners(home)];
}

function listOwners(owners: readonly Owner[]): string {
  return listed(owners.map(({ path, address }) => `${formatPath(path)} ${address}`));
}

const addressesAreInTheSubnet = rule({
  code: 'NET005',
  severity: 'error',
  title: 'boards, gateway, virtual IP and leases are addresses of the home network',
  reason: 'the virtual IP moves between boards only inside one network segment',
  reads: ['network.subnet', 'boards[].address'],
  readsIfKnown: ['network.gateway', 'network.virtualIp', 'network.dhcp'],
  *check(home) {
    const { subnet, dhcp } = home.network;
    const owners = allOwners(home);
    const outside = owners.filter(({ address }) => !contains(subnet, address));
    // Where most stand outside, the subnet is the one that is wrong.
    if (outside.length > owners.length / 2) {
      yield {
        path: ['network', 'subnet'],
        message: `most addresses of the home are outside ${subnet}: ${listOwners(outside)}`,
        hint: "copy the subnet from the router's page, for example subnet: '192.168.1.0/24', and use addresses of it",
      };
      return;
    }
    for (const { path, address } of outside) {
      yield {
        path,
        other: ['network', 'subnet'],
        message: `${address} is outside network.subnet, ${subnet}`,
        hint: `use a free address of ${subnet}, or correct network.subnet`,
      };
    }
    if (dhcp === undefined || isWithin(dhcp, subnet)) return;
    yield {
      path: ['network', 'dhcp'],
      other: ['network', 'subnet'],
      message: `${dhcp} is not wholly inside network.subnet, ${subnet}`,
      hint: "copy both from the router's page",
    };
  },
});

const addressesAreUsable = rule({
  code: 'NET007',
  severity: 'error',
  title: 'no address is the first or the last of the network',
  reason: 'the first names the network and the last is its broadcast address: no interface takes them',
  reads: ['network.subnet', 'boards[].address'],
  readsIfKnown: ['network.gateway', 'network.virtualIp'],
  *check(home) {
    const { subnet } = home.network;
    const { first, last } = intervalOf(subnet);
    for (const { path, address } of allOwners(home)) {
      const isNetwork = address === networkAddress(subnet);
      if (!isNetwork && address !== broadcastAddress(subnet)) continue;
      yield {
        path,
        other: ['network', 'subnet'],
        message: `${address} is the ${isNetwork ? 'network' : 'broadcast'} address of network.subnet, ${subnet}`,
        hint: `use an address from ${addressAt(subnet, 1)} to ${addressAt(subnet, last - first - 1)}`,
      };
    }
  },
});

const addressesAreUnique = rule({
  code: 'NET008',
  severity: 'error',
  title: 'each address has one owner',
  reason: 'two devices with one address answer in turns: connections break at random',
  reads: ['boards[].address'],
  readsIfKnown: ['network.gateway', 'network.virtualIp'],
  *check(home) {
    yield* duplicates(
      allOwners(home).map(({ path, address }) => ({ path, key: address, what: address })),
      'give each its own free address',
    );
  },
});

const fixedAddressesAreNotLeased = rule({
  code: 'NET009',
  severity: 'error',
  title: 'boards and the virtual IP stand outside the addresses that the router leases',
  reason: 'the router gives the address to a phone one day, and the board drops out',
  reads: ['network.dhcp', 'boards[].address'],
  readsIfKnown: ['network.virtualIp'],
  *check(home) {
    const { dhcp } = home.network;
    if (dhcp === undefined) return;
    const owners = fixedOwners(home);
    const leased = owners.filter(({ address }) => contains(dhcp, address));
    // Where most are leased, the range is the one that is wrong.
    if (leased.length > 1 && leased.length > owners.length / 2) {
      yield {
        path: ['network', 'dhcp'],
        message: `${dhcp} has most of the fixed addresses: ${listOwners(leased)}`,
        hint: 'make the range of leases smaller in the router, and write here what the router then shows',
      };
      return;
    }
    for (const { path, address } of leased) {
      yield {
        path,
        other: ['network', 'dhcp'],
        message: `${address} is one of the addresses that the router leases, network.dhcp ${dhcp}`,
        hint: 'use an address outside network.dhcp, or make that range smaller in the router and here',
      };
    }
  },
});

const nameserversAreOutsideTheCluster = rule({
  code: 'NET013',
  severity: 'error',
  title: 'name servers of the boards are machines outside of the cluster that the boards start',
  reason: 'after a blackout the boards wait for the cluster, and the cluster waits for names',
  reads: ['network.nameservers[]'],
  readsIfKnown: ['network.virtualIp', 'network.pods', 'network.services'],
  *check({ network }) {
    const { virtualIp, pods, services } = network;
    const inside = [
      { key: 'virtualIp', text: 'the virtual IP of the home', holds: (address: string) => address === virtualIp },
      {
        key: 'pods',
        text: `network.pods, ${pods}`,
        holds: (address: string) => pods !== undefined && contains(pods, address),
      },
      {
        key: 'services',
        text: `network.services, ${services}`,
        holds: (address: string) => services !== undefined && contains(services, address),
      },
    ];
    for (const [index, address] of indexed(network.nameservers)) {
      if (address.startsWith('0.') || address.startsWith('127.')) {
        yield {
          path: ['network', 'nameservers', index],
          message: `${address} is no machine: each takes it for itself`,
          hint: 'write the address of the router, or of a name server outside the home',
        };
        continue;
      }
      const place = inside.find(({ holds }) => holds(address));
      if (place === undefined) continue;
      yield {
        path: ['network', 'nameservers', index],
        other: ['network', place.key],
        message: `${address} is ${place.key === 'virtualIp' ? place.text : `an address of ${place.text}`}, which answers only once the boards are up`,
        hint: 'write the address of the router, or of a name server outside the home',
      };
    }
  },
});

const someNameserverIsNoBoard = rule({
  code: 'NET014',
  severity: 'warning',
  title: 'some name server of the boards is not one of them',
  reason: 'after a blackout no board can fetch an image: the name server is one of the images that it waits for',
  readsAll: ['network.nameservers[]', 'boards[].address'],
  *check({ network, boards }) {
    const addresses = new Set(boards.flatMap(({ address }) => [address]));
    if (network.nameservers.some((nameserver) => !addresses.has(nameserver))) return;
    yield {
      path: ['network', 'nameservers'],
      message: 'every name server is a board of the home',
      hint: 'add a second one outside the boards, most often the router',
    };
  },
});

const trustedNetworksArePrivate = rule({
  code: 'NET020',
  severity: 'error',
  title: 'the firewall trusts private networks only',
  reason: 'strangers of the internet would reach all that the home network may: SSH, the shares, the API',
  reads: ['network.firewall.trusted[]'],
  *check({ network }) {
    for (const [index, cidr] of indexed(network.firewall.trusted)) {
      if (privateNetworks.some((network) => isWithin(cidr, network))) continue;
      yield {
        path: ['network', 'firewall', 'trusted', index],
        message: `${cidr} is no network for private use`,
        hint: "write the network that your VPN gives to its machines, for example trusted: ['10.8.0.0/24']",
      };
    }
  },
});

export const network: Slice = {
  name: 'network',
  rules: [
    ...networkRangeRules,
    addressesAreInTheSubnet,
    addressesAreUsable,
    addressesAreUnique,
    fixedAddressesAreNotLeased,
    nameserversAreOutsideTheCluster,
    someNameserverIsNoBoard,
    trustedNetworksArePrivate,
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
    firewall: network.firewall,
    discovery: network.discovery,
    clusterDns: addressAt(network.services, 10),
  };
}
