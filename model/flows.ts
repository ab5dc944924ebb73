import type { BoardConfig } from './boards.ts';

/** A connection that the home needs. Network policies are made of them, and what no flow allows is refused. */
export interface Flow {
  /** Of the policies that allow it, unique in the home. */
  readonly name: string;
  readonly from: End;
  readonly to: End;
  /** Ports of the side that is reached. Empty: each TCP port. */
  readonly ports: readonly FlowPort[];
  /** What it is for. It is written to the policies. */
  readonly reason: string;
}

/** One side of a flow: pods of a namespace, all of it where no labels are said, or networks as CIDR. */
export type End =
  | { readonly namespace: string; readonly labels: Readonly<Record<string, string>> }
  | { readonly networks: readonly string[] };

export interface FlowPort {
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP';
}

export function tcp(...ports: readonly number[]): FlowPort[] {
  return ports.map((port) => ({ port, protocol: 'TCP' }));
}

/** Everybody at home and outside. */
export const anybody: End = { networks: ['0.0.0.0/0'] };

/** Lets pods look up names: at the DNS of k3s (manifests/coredns.yaml). */
export function toDns(name: string, from: End): Flow {
  return {
    name: `${name}-to-dns`,
    from,
    to: { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
    ports: [...tcp(53), { port: 53, protocol: 'UDP' }],
    reason: 'looks up names',
  };
}

/**
 * Lets pods talk to the API server. A policy is held against the address that a connection to a service comes to: that
 * of a server, not that of the service (Kubernetes, "Network Policies", ipBlock).
 */
export function toApiServer(name: string, from: End, boards: readonly BoardConfig[]): Flow {
  const servers = boards.filter(({ role }) => role === 'server').map(({ address }) => `${address}/32`);
  return {
    name: `${name}-to-api-server`,
    from,
    to: { networks: servers.sort() },
    ports: tcp(6443),
    reason: 'reads its objects from the API server',
  };
}
