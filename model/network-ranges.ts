import { intervalOf, isWithin, networkAddress, overlaps } from './addresses.ts';
import { countOf, indexed, type Known } from './pattern.ts';
import { formatPath, type Path } from './problems.ts';
import { type Rule, rule } from './rules.ts';

const networksAreInNetworkForm = rule({
  code: 'NET001',
  severity: 'error',
  title: 'networks are written by their first address',
  reason: 'programs read the address bits after the prefix in different ways',
  keepsValue: true,
  reads: ['network.others[]', 'shares[].nfs.clients[]'],
  readsIfKnown: ['network.subnet', 'network.pods', 'network.services'],
  *check({ network, shares }) {
    const clients = indexed(shares).flatMap(([index, { nfs }]) =>
      (nfs?.clients ?? []).flatMap((cidr, at) => [{ path: ['shares', index, 'nfs', 'clients', at], key: at, cidr }]),
    );
    for (const { path, key, cidr } of [...networksOf(network), ...clients]) {
      const [written = '', prefix = ''] = cidr.split('/');
      const right = `${networkAddress(cidr)}/${prefix}`;
      if (right === cidr) continue;
      yield {
        path,
        message: `${written} is an address inside the network ${right}, not the network itself`,
        hint:
          typeof key === 'string'
            ? `write ${key}: '${right}'`
            : `write '${right}' for the network, or '${written}/32' for the one machine`,
      };
    }
  },
});

/** The networks of the config that are known, each with its key. */
function networksOf(network: {
  readonly subnet?: string | undefined;
  readonly pods?: string | undefined;
  readonly services?: string | undefined;
  readonly others?: Known<string>;
}): { readonly path: Path; readonly key: string | number; readonly cidr: string }[] {
  const { subnet, pods, services, others } = network;
  return [
    ...Object.entries({ subnet, pods, services }).flatMap(([key, cidr]) =>
      cidr === undefined ? [] : [{ path: ['network', key], key, cidr }],
    ),
    ...(others ?? []).flatMap((cidr, index) => [{ path: ['network', 'others', index], key: index, cidr }]),
  ];
}

const networksAreApart = rule({
  code: 'NET002',
  severity: 'error',
  title: 'the networks of the home, the pods and the services are apart',
  reason: 'pods answer for the devices of the home: the boards lose the network (k3s issue 588)',
  reads: ['network.others[]'],
  readsIfKnown: ['network.subnet', 'network.pods', 'network.services'],
  *check({ network }) {
    const { subnet, pods, services } = network;
    if (subnet !== undefined && pods !== undefined && services !== undefined) {
      // The home is most likely as its router has it: one fault, of two networks that nobody sees.
      if (overlaps(subnet, pods) && overlaps(subnet, services)) {
        const free = freeNetworks(network);
        yield {
          path: ['network', 'subnet'],
          message: `${subnet} overlaps network.pods, ${pods}, and network.services, ${services}`,
          hint: `write pods: '${free.pods}' and services: '${free.services}', which exist only inside the cluster`,
        };
        return;
      }
    }
    const networks = networksOf({ subnet, pods, services });
    for (const [index, { path, key, cidr }] of networks.entries()) {
      const other = networks.slice(0, index).find((one) => overlaps(cidr, one.cidr));
      if (other === undefined) continue;
      const wrong = key === 'pods' ? 'pods' : 'services';
      yield {
        path,
        other: other.path,
        message: `${cidr} overlaps ${formatPath(other.path)}, ${other.cidr}`,
        hint: `write ${key}: '${freeNetworks(network, [wrong])[wrong]}', which exists only inside the cluster`,
      };
    }
  },
});

type ClusterNetwork = 'pods' | 'services';

/** Networks for pods and for services that share no address with the others of the config, nor with each other. */
function freeNetworks(
  network: Parameters<typeof networksOf>[0],
  wrong: readonly ClusterNetwork[] = ['pods', 'services'],
): Readonly<Record<ClusterNetwork, string>> {
  const { subnet, others } = network;
  const kept = (['pods', 'services'] as const).filter((key) => !wrong.includes(key)).map((key) => network[key]);
  const taken = [
    ...networksOf({ subnet, ...(others && { others }) }).map(({ cidr }) => cidr),
    ...kept.filter((cidr) => cidr !== undefined),
  ];
  const [first = '10.42.0.0/16', second = '10.43.0.0/16'] = possibleClusterNetworks.filter(
    (candidate) => !taken.some((one) => overlaps(one, candidate)),
  );
  return { pods: first, services: wrong.length > 1 ? second : first };
}

/** From those of k3s by default on; then those of RFC 1918 that Docker does not take for itself. */
const possibleClusterNetworks = [
  ...Array.from({ length: 214 }, (_none, index) => `10.${42 + index}.0.0/16`),
  ...Array.from({ length: 14 }, (_none, index) => `172.${18 + index}.0.0/16`),
];

const clusterNetworksAreApartFromOthers = rule({
  code: 'NET003',
  severity: 'error',
  title: 'pods and services share no address with the other networks that the home reaches',
  reason: 'who comes by the VPN, or stands in the guest network, gets no answer: the pods have the address',
  reads: ['network.others[]'],
  readsIfKnown: ['network.subnet', 'network.pods', 'network.services'],
  *check({ network }) {
    for (const [index, cidr] of indexed(network.others)) {
      const keys = (['pods', 'services'] as const).filter((key) => {
        const inner = network[key];
        return inner !== undefined && overlaps(cidr, inner);
      });
      const [first] = keys;
      if (first === undefined) continue;
      const free = freeNetworks(network, keys);
      yield {
        path: ['network', 'others', index],
        other: ['network', first],
        message: `${cidr} overlaps ${keys.map((key) => `network.${key}, ${network[key]}`).join(', and ')}`,
        hint: `write ${keys.map((key) => `${key}: '${free[key]}'`).join(' and ')}, which exist only inside the cluster`,
      };
    }
  },
});

const clusterNetworksArePrivate = rule({
  code: 'NET004',
  severity: 'warning',
  title: 'pods and services have private addresses',
  reason: 'the public machines that own those addresses cannot be reached from the cluster any more',
  reads: ['network.others[]'],
  readsIfKnown: ['network.subnet', 'network.pods', 'network.services'],
  *check({ network }) {
    for (const key of ['pods', 'services'] as const) {
      const cidr = network[key];
      if (cidr === undefined || privateNetworks.some((network) => isWithin(cidr, network))) continue;
      yield {
        path: ['network', key],
        message: `${cidr} is no network for private use`,
        hint: `write ${key}: '${freeNetworks(network, [key])[key]}'`,
      };
    }
  },
});

/** Private networks (RFC 1918, section 3) and the shared address space (RFC 6598, section 7). */
export const privateNetworks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'];

const podNetworkHasRoom = rule({
  code: 'NET010',
  severity: 'error',
  title: 'the pod network has a /24 for each board',
  reason: 'a board without a part of its own for pods never becomes ready',
  keepsValue: true,
  reads: ['network.pods', 'network.others[]', 'boards[].name'],
  readsIfKnown: ['network.subnet', 'network.services'],
  *check({ network, boards }) {
    const { first, last } = intervalOf(network.pods);
    const room = Math.floor((last - first + 1) / 256);
    const count = countOf(boards);
    if (count <= room) return;
    yield {
      path: ['network', 'pods'],
      other: ['boards'],
      message: `${network.pods} has room for ${room} ${room === 1 ? 'board' : 'boards'} of 256 addresses each, and there ${count === 1 ? 'is 1' : `are ${count}`}`,
      hint: `write pods: '${freeNetworks(network, ['pods']).pods}', which has room for 256 boards`,
    };
  },
});

const serviceNetworkHasASize = rule({
  code: 'NET012',
  severity: 'error',
  title: 'the service network has a prefix length from 12 to 27',
  reason: 'the API server refuses more than 20 bits of services, and fewer than 32 addresses run out',
  keepsValue: true,
  reads: ['network.services', 'network.others[]'],
  readsIfKnown: ['network.subnet', 'network.pods'],
  *check({ network }) {
    const { first, last } = intervalOf(network.services);
    const size = last - first + 1;
    if (size <= 2 ** 20 && size >= 2 ** 5) return;
    yield {
      path: ['network', 'services'],
      message: `${network.services} has ${size} addresses; from 32 (/27) to 1048576 (/12) are possible`,
      hint: `write services: '${freeNetworks(network, ['services']).services}', which has 65536`,
    };
  },
});

/** All that is judged about networks as a whole, in the order in which it is told. */
export const networkRangeRules: readonly Rule[] = [
  networksAreInNetworkForm,
  networksAreApart,
  clusterNetworksAreApartFromOthers,
  clusterNetworksArePrivate,
  podNetworkHasRoom,
  serviceNetworkHasASize,
];
