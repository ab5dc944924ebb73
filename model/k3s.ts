import * as z from 'zod';
import type { BoardConfig } from './boards.ts';
import type { Config } from './config.ts';
import type { BoardK3s, Cluster } from './model.ts';
import { planNetwork } from './network.ts';
import { indexed } from './pattern.ts';
import type { Port } from './requirements.ts';
import { rule } from './rules.ts';
import { vaultVariable } from './secrets.ts';
import type { Slice } from './slice.ts';
import { owners } from './virtual-ip.ts';

export const k3sOptions = z.strictObject({
  flannelBackend: z
    .enum(['vxlan', 'host-gw', 'wireguard-native'])
    .default('vxlan')
    .describe('How pods on different boards reach each other. `wireguard-native` encrypts, at the price of speed.'),
  kubeletArgs: z
    .array(z.string().regex(/^[a-z][a-z0-9-]*=\S+$/, 'is not an option of the kubelet: write "max-pods=60"'))
    .default([])
    .describe('Options of the kubelet on every board, by their name without dashes: `max-pods=60`.'),
});

const kubeletArgsAreFree = rule({
  code: 'NODE009',
  severity: 'error',
  title: 'no option of the kubelet is one that k3s or homecloud sets',
  reason: 'the board does not start, or joins under another name, address or label than the home knows',
  reads: ['k3s.kubeletArgs[]'],
  *check({ k3s }) {
    for (const [index, argument] of indexed(k3s.kubeletArgs)) {
      const option = argument.slice(0, argument.indexOf('='));
      if (!ownedKubeletArgs.has(option)) continue;
      yield {
        path: ['k3s', 'kubeletArgs', index],
        message: `${option} is an option that k3s or homecloud sets`,
        hint: 'take the entry away',
      };
    }
  },
});

/** Options of the kubelet that have an owner already (k3s, pkg/daemons/agent/agent.go and agent_linux.go). */
const ownedKubeletArgs = new Set([
  ...['hostname-override', 'node-ip', 'node-labels', 'register-with-taints', 'cloud-provider', 'address'],
  ...['config', 'config-dir', 'kubeconfig', 'root-dir', 'cert-dir', 'client-ca-file', 'read-only-port'],
  ...['cluster-dns', 'cluster-domain', 'container-runtime-endpoint', 'anonymous-auth', 'authorization-mode'],
]);

const versionIsOfK3s = rule({
  code: 'K3S007',
  severity: 'error',
  title: 'a version of k3s is written in full',
  reason: 'releases of k3s have a number of their own after that of Kubernetes: without it nothing can be fetched',
  reads: ['versions.k3s'],
  *check({ versions }) {
    const version = versions.k3s?.version;
    if (version === undefined || /^v\d+\.\d+\.\d+\+k3s\d+$/.test(version)) return;
    yield {
      path: ['versions', 'k3s', 'version'],
      message: `"${version}" is not a release of k3s`,
      hint: `write it with v and +k3s, as its releases are named: version: 'v${/\d+\.\d+\.\d+/.exec(version)?.[0] ?? '1.37.1'}+k3s1'`,
    };
  },
});

/** Settings that all servers must share, or the second is refused (k3s documentation, HA embedded etcd). */
function sharedConfig(config: Config): Record<string, unknown> {
  const network = planNetwork(config);
  return {
    'cluster-cidr': network.pods,
    'service-cidr': network.services,
    'cluster-dns': network.clusterDns,
    'flannel-backend': config.k3s.flannelBackend,
    // homecloud's own Traefik stands on the virtual IP; the load balancer of k3s hides the address of each visitor.
    disable: ['servicelb', 'traefik'],
    'secrets-encryption': true,
    'tls-san': planCluster(config).tlsSans,
    'write-kubeconfig-mode': '0600',
  };
}

export function planCluster({ network, boards }: Config): Cluster {
  const servers = owners(boards);
  return {
    url: `https://${network.virtualIp}:${apiPort}`,
    tlsSans: [network.virtualIp, ...servers.flatMap(({ name, address }) => [address, name])],
  };
}

export function planBoardK3s(config: Config, board: BoardConfig, labels: Readonly<Record<string, string>>): BoardK3s {
  const isServer = board.role === 'server';
  return {
    config: {
      'node-name': board.name,
      // The virtual IP stands on the same interface: without it, k3s may choose that one.
      'node-ip': board.address,
      ...(isServer && { 'advertise-address': board.address, ...sharedConfig(config) }),
      'node-label': Object.entries(labels).map(([key, value]) => `${key}=${value}`),
      ...(config.k3s.kubeletArgs.length > 0 && { 'kubelet-arg': config.k3s.kubeletArgs }),
    },
    joinAddresses: owners(config.boards)
      .filter(({ name }) => name !== board.name)
      .map(({ address }) => address),
  };
}

/** Port of the API server, of k3s by default (`--https-listen-port`). */
const apiPort = 6443;

/** Ports that boards open for each other (k3s documentation, requirements, "Inbound Rules for K3s Nodes"). */
function ports(config: Config, board: BoardConfig): Port[] {
  const backend = config.k3s.flannelBackend;
  const all: Port[] = [{ port: 10250, protocol: 'tcp', from: 'boards', purpose: 'kubelet' }];
  if (backend === 'vxlan') all.push({ port: 8472, protocol: 'udp', from: 'boards', purpose: 'pods (VXLAN)' });
  if (backend === 'wireguard-native')
    all.push({ port: 51820, protocol: 'udp', from: 'boards', purpose: 'pods (WireGuard)' });
  if (board.role !== 'server') return all;
  all.push({ port: apiPort, protocol: 'tcp', from: 'home', purpose: 'Kubernetes API' });
  if (owners(config.boards).length > 1) {
    all.push({ port: 2379, protocol: 'tcp', from: 'boards', purpose: 'etcd, clients' });
    all.push({ port: 2380, protocol: 'tcp', from: 'boards', purpose: 'etcd, servers' });
  }
  return all;
}

/**
 * What the kubelet demands of the kernel with `protect-kernel-defaults` (kubelet, pkg/kubelet/cm,
 * setupKernelTunables), and forwarding for pods. `bridge-nf-call-iptables` is there once br_netfilter is loaded.
 */
export const sysctls = {
  // Each pod, and each program in it, may watch files: 128 instances by default (kernel, fs/notify/inotify_user.c).
  'fs.inotify.max_user_instances': 8192,
  'kernel.keys.root_maxbytes': 25_000_000,
  'kernel.keys.root_maxkeys': 1_000_000,
  'kernel.panic': 10,
  'kernel.panic_on_oops': 1,
  'net.bridge.bridge-nf-call-ip6tables': 1,
  'net.bridge.bridge-nf-call-iptables': 1,
  'net.ipv4.ip_forward': 1,
  'vm.overcommit_memory': 1,
  'vm.panic_on_oom': 0,
};

export const k3s: Slice = {
  name: 'k3s',
  rules: [kubeletArgsAreFree, versionIsOfK3s],
  requirements: (config, board) => ({ modules: ['br_netfilter', 'overlay'], sysctls, ports: ports(config, board) }),
  secrets: () => [
    {
      name: 'k3s-token',
      purpose:
        'servers join the cluster with it, and it opens the snapshots of its database: whoever has it owns the cluster',
      source: { kind: 'token' },
      places: [{ in: 'boards', variable: vaultVariable('k3s', 'token'), part: 'token' }],
      // Snapshots from before a rotation are opened with the one of then (k3s documentation, token).
      keptBefore: { in: 'boards', variable: vaultVariable('k3s', 'token_before'), part: 'token' },
      rotation:
        'k3s keeps it in its database: "k3s token rotate" on a server first, with this new one, then the playbook site. Servers restart one after the other.',
    },
    {
      name: 'k3s-agent-token',
      purpose: 'agents join the cluster with it',
      source: { kind: 'token' },
      places: [{ in: 'boards', variable: vaultVariable('k3s', 'agent_token'), part: 'token' }],
      rotation: 'the playbook site: servers restart one after the other, and agents join with the new one.',
    },
  ],
};
