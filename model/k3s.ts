import * as z from 'zod';
import type { BoardConfig } from './boards.ts';
import type { Config } from './config.ts';
import type { BoardK3s, Cluster } from './facts/k3s.ts';
import { integer } from './fields.ts';
import { planNetwork } from './network.ts';
import { indexed } from './pattern.ts';
import type { Port } from './requirements.ts';
import { rule } from './rules.ts';
import { vaultVariable } from './secrets.ts';
import type { Slice } from './slice.ts';
import { owners } from './virtual-ip.ts';

/** Hours between two copies of the database: parts of a day, so that each day has them at the same times. */
export const snapshotHours = [1, 2, 3, 4, 6, 8, 12, 24] as const;

export const k3sOptions = z.strictObject({
  flannelBackend: z
    .enum(['vxlan', 'host-gw', 'wireguard-native'])
    .default('vxlan')
    .describe('How pods on different boards reach each other. `wireguard-native` encrypts, at the price of speed.'),
  kubeletArgs: z
    .array(z.string().regex(/^[a-z][a-z0-9-]*=\S+$/, 'is not an option of the kubelet: write "max-pods=60"'))
    .default([])
    .describe('Options of the kubelet on every board, by their name without dashes: `max-pods=60`.'),
  snapshots: z
    .strictObject({
      everyHours: z
        .union(snapshotHours.map((hours) => z.literal(hours)))
        .default(6)
        .describe("Hours between two copies of the cluster's database, a part of a day: 1, 2, 3, 4, 6, 8, 12 or 24."),
      keep: integer(2, 1000)
        .default(28)
        .describe('How many copies each server keeps. With the defaults they go back a week.'),
    })
    .prefault({})
    .describe(
      "Copies of the cluster's database on the servers' own disks. They help after a mistake, not after the loss of all disks.",
    ),
  shareImages: z
    .boolean()
    .default(true)
    .describe(
      'Boards fetch container images from each other before they ask the internet. It does nothing in a home of one board.',
    ),
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

/** Hours back to which the copies of the database go. */
function snapshotsReach({ everyHours, keep }: Config['k3s']['snapshots']): number {
  return everyHours * keep;
}

const snapshotsGoBackADay = rule({
  code: 'K3S015',
  severity: 'warning',
  title: 'copies of the database go back a day or more',
  reason: 'a mistake is seen on the next day, when all copies already have it',
  reads: ['k3s.snapshots.everyHours', 'k3s.snapshots.keep'],
  *check({ k3s: { snapshots } }) {
    const hours = snapshotsReach(snapshots);
    if (hours >= 24) return;
    yield {
      path: ['k3s', 'snapshots', 'keep'],
      message: `${snapshots.keep} copies, one every ${formatHours(snapshots.everyHours)}, go back ${formatHours(hours)} only`,
      hint: `keep those of a day at least: keep: ${24 / snapshots.everyHours}`,
    };
  },
});

function formatHours(hours: number): string {
  return hours === 1 ? 'hour' : `${hours} hours`;
}

/**
 * Seconds that a pod stays bound to a board that is away, after the 50 in which nobody misses it (Kubernetes,
 * --node-monitor-grace-period). A Raspberry Pi that restarts is back before; after the 300 of Kubernetes, a family has
 * long noticed that a board died.
 */
const tolerationSeconds = 120;

/**
 * Settings that all servers must share, or the second is refused (k3s documentation, HA embedded etcd).
 *
 * Left alone on purpose: etcd's heartbeat of 500 ms and election timeout of 5 s, which k3s sets and which suit slow
 * disks already (pkg/etcd/etcd.go), so that a dead leader costs 5 to 10 s; and `etcd-expose-metrics`, which opens a port
 * without a password to the whole home.
 */
function sharedConfig(config: Config): Record<string, unknown> {
  const network = planNetwork(config);
  const { everyHours, keep } = config.k3s.snapshots;
  return {
    'cluster-cidr': network.pods,
    'service-cidr': network.services,
    'cluster-dns': network.clusterDns,
    'flannel-backend': config.k3s.flannelBackend,
    // homecloud's own Traefik stands on the virtual IP; the load balancer of k3s hides the address of each visitor. k3s
    // makes its storage class the default at every start: beside that of Longhorn, a claim would get one of the two.
    disable: [...(config.longhorn.enabled ? ['local-storage'] : []), 'servicelb', 'traefik'],
    'secrets-encryption': true,
    'tls-san': planCluster(config).tlsSans,
    'write-kubeconfig-mode': '0600',
    'kube-apiserver-arg': [
      `default-not-ready-toleration-seconds=${tolerationSeconds}`,
      `default-unreachable-toleration-seconds=${tolerationSeconds}`,
    ],
    // Also on one board, so that nothing restarts when a second comes (k3s documentation, embedded registry mirror).
    ...(config.k3s.shareImages && { 'embedded-registry': true }),
    // Only etcd has them: a single server keeps SQLite, which the role copies by a timer.
    ...(owners(config.boards).length > 1 && {
      'etcd-snapshot-schedule-cron': everyHours === 24 ? '0 0 * * *' : `0 */${everyHours} * * *`,
      'etcd-snapshot-retention': keep,
      'etcd-snapshot-compress': true,
    }),
  };
}

/**
 * Bytes that k3s and the system keep from the pods of a board. k3s itself uses 1.6 GB on a server and 0.3 GB on an agent
 * (k3s documentation, resource profiling); a small board keeps a quarter of its memory, or nothing would be left.
 */
export function reservedMemory({ role, memory }: Pick<BoardConfig, 'role' | 'memory'>): number {
  const [least, most] = role === 'server' ? [768 * 2 ** 20, 1536 * 2 ** 20] : [256 * 2 ** 20, 512 * 2 ** 20];
  return Math.min(most, Math.max(least, memory / 4));
}

/**
 * `KubeletConfiguration` where a board differs from what k3s writes (pkg/daemons/agent, defaultKubeletConfig). Some of it
 * has no option on the command line, so that all of it goes to a file beside that of k3s (k3s documentation, advanced,
 * "Kubelet Configuration Files").
 */
function kubeletConfig(board: BoardConfig): Readonly<Record<string, unknown>> {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    systemReserved: { memory: `${Math.round(reservedMemory(board) / 2 ** 20)}Mi` },
    // k3s turns the eviction for memory off: the kernel would kill whatever it finds, k3s first. A full disk stops etcd.
    evictionHard: {
      'imagefs.available': '10%',
      'memory.available': '5%',
      'nodefs.available': '10%',
      'nodefs.inodesFree': '5%',
    },
    // Images go before the eviction would begin with pods; full flash memory is slow and wears out.
    imageGCHighThresholdPercent: 80,
    imageGCLowThresholdPercent: 70,
    // k3s lets any number of images be unpacked at once, which an SD card does not stand.
    maxParallelImagePulls: 2,
    containerLogMaxSize: '5Mi',
    containerLogMaxFiles: 3,
    // k3s sets 0: pods would be cut off when a board is switched off. Each has its 30 seconds: the others first, then
    // shares and DNS (their class is one of the system).
    shutdownGracePeriod: '60s',
    shutdownGracePeriodCriticalPods: '30s',
  };
}

export function planCluster({ network, boards, k3s }: Config): Cluster {
  const servers = owners(boards);
  return {
    url: `https://${network.virtualIp}:${apiPort}`,
    tlsSans: [network.virtualIp, ...servers.flatMap(({ name, address }) => [address, name])],
    snapshots: k3s.snapshots,
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
      // The kubelet would change the kernel's settings itself, at every start, behind the back of the role `board`.
      'protect-kernel-defaults': true,
    },
    kubelet: kubeletConfig(board),
    // All registries: k3s asks the other boards, then the registry itself.
    registries: config.k3s.shareImages ? { mirrors: { '*': {} } } : null,
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
  if (config.k3s.shareImages) {
    all.push({ port: 5001, protocol: 'tcp', from: 'boards', purpose: 'images of other boards (who has which)' });
    all.push({ port: apiPort, protocol: 'tcp', from: 'boards', purpose: 'images of other boards' });
  }
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
  rules: [kubeletArgsAreFree, versionIsOfK3s, snapshotsGoBackADay],
  requirements: (config, board) => ({ modules: ['br_netfilter', 'overlay'], sysctls, ports: ports(config, board) }),
  // What k3s brings itself (its manifests coredns.yaml and metrics-server); local-path-provisioner asks for nothing.
  pods: () => [
    { name: 'coredns', replicas: 1, resources: { cpuRequest: '100m', memoryRequest: '70Mi', memoryLimit: '170Mi' } },
    {
      name: 'metrics-server',
      replicas: 1,
      resources: { cpuRequest: '100m', memoryRequest: '70Mi', memoryLimit: null },
    },
  ],
  secrets: () => [
    {
      name: 'k3s-token',
      purpose:
        'servers join the cluster with it, and it opens the snapshots of its database: whoever has it owns the cluster',
      source: { kind: 'token' },
      places: [{ in: 'boards', variable: vaultVariable('k3s', 'token'), part: 'token' }],
      // Snapshots from before a rotation are opened with the one of then (k3s documentation, token).
      keptBefore: { in: 'boards', variable: vaultVariable('k3s', 'token_before'), part: 'token' },
      rotation: 'the playbook site: it gives the new one to the cluster, then servers restart one after the other.',
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
