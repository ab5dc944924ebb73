import { isWithin } from './addresses.ts';
import type { BoardConfig } from './boards.ts';

/**
 * A connection that the home needs. The network policies of both its sides are made of it, and what no flow allows is
 * refused.
 *
 * Addresses are those that a policy is held against, after Kubernetes has translated them: that of a pod or of a board,
 * never that of a service. The board that runs a pod always reaches it, for probes and volumes (kube-router, netpol,
 * `--src-type LOCAL`; Kubernetes, "Network Policies").
 */
export interface Flow {
  /** Of the policies that allow it, unique in the home. */
  readonly name: string;
  readonly from: End;
  readonly to: End;
  /** Ports of the side that is reached. Empty: each TCP port. `any`: each of any protocol. */
  readonly ports: readonly FlowPort[] | 'any';
  /** What it is for. It is written to the policies. */
  readonly reason: string;
}

/** One side of a flow: pods, or networks as CIDR, without parts that lie in each of them. */
export type End = Pods | { readonly networks: readonly string[]; readonly except?: readonly string[] };

/** Pods of a namespace, all of it where no labels are said. */
export interface Pods {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** They reach everything, whatever flows say, in a namespace that is open to the outside: no policy shuts them in. */
  readonly isOpen?: true;
}

export interface FlowPort {
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP';
}

export function tcp(...ports: readonly number[]): FlowPort[] {
  return ports.map((port) => ({ port, protocol: 'TCP' }));
}

export function udp(...ports: readonly number[]): FlowPort[] {
  return ports.map((port) => ({ port, protocol: 'UDP' }));
}

const everything = '0.0.0.0/0';

/** Everybody at home and outside. */
export const anybody: End = { networks: [everything] };

/** Never the internet: networks of homes (RFC 1918), of providers and of meshes (RFC 6598), and of one link (RFC 3927). */
const notInternet = ['10.0.0.0/8', '100.64.0.0/10', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'];

/**
 * What an app means by a network: by everything, the internet, which is neither at home, in another network beside it (of
 * guests, of an office), nor in the cluster.
 */
export function reachable(
  network: string,
  config: Parameters<typeof atHome>[0] & ClusterNetworks & { readonly others: readonly string[] },
): End {
  if (network !== everything) return { networks: [network] };
  const all = new Set([...notInternet, ...networksAtHome(config), ...config.others, config.pods, config.services]);
  const except = [...all].filter((one) => ![...all].some((other) => other !== one && isWithin(one, other)));
  return { networks: [everything], except: except.sort() };
}

/** Everybody but pods, boards and what answers at the virtual IP. */
export function outsideCluster(
  boards: readonly BoardConfig[],
  { pods, services, virtualIp }: ClusterNetworks & { readonly virtualIp: string },
): End {
  return { networks: [everything], except: [...addressesOf(boards), `${virtualIp}/32`, pods, services].sort() };
}

interface ClusterNetworks {
  readonly pods: string;
  readonly services: string;
}

/** Machines of the home, and of networks that may use it as if they were at home. */
export function atHome(network: { subnet: string; firewall: { trusted: readonly string[] } }): End {
  return { networks: networksAtHome(network) };
}

function networksAtHome({ subnet, firewall }: Parameters<typeof atHome>[0]): string[] {
  return [subnet, ...firewall.trusted].sort();
}

/** Lets pods look up names: at the DNS of k3s (manifests/coredns.yaml). */
export function toDns(name: string, from: End): Flow {
  return {
    name: `${name}-to-dns`,
    from,
    to: { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
    ports: [...tcp(53), ...udp(53)],
    reason: 'looks up names',
  };
}

/** Lets pods talk to the API server: at a server, which the address of its service is translated to. */
export function toApiServer(name: string, from: End, boards: readonly BoardConfig[]): Flow {
  return {
    name: `${name}-to-api-server`,
    from,
    to: { networks: addressesOf(boards.filter(({ role }) => role === 'server')) },
    ports: tcp(6443),
    reason: 'reads its objects from the API server',
  };
}

/**
 * Boards, as pods of other boards see them: by their own address, or by one in the network of the pods, which nobody
 * knows before the board has joined (flannel gives each board a part of it).
 */
export function boardsFrom(boards: readonly BoardConfig[], { pods }: { pods: string }): End {
  return { networks: [...addressesOf(boards), pods] };
}

/** Lets the API server ask pods: of a webhook, or behind its proxy. */
export function fromApiServer(
  name: string,
  to: Pods,
  port: number,
  { boards, network }: { readonly boards: readonly BoardConfig[]; readonly network: { readonly pods: string } },
  reason: string,
): Flow {
  const servers = boards.filter(({ role }) => role === 'server');
  return { name: `api-server-to-${name}`, from: boardsFrom(servers, network), to, ports: tcp(port), reason };
}

export function addressesOf(boards: readonly BoardConfig[]): string[] {
  return boards.map(({ address }) => `${address}/32`).sort();
}
