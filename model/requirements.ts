import { byName } from './order.ts';
import type { Resources } from './resources.ts';

/** A port that a board opens, and for whom. */
export interface Port {
  /** `null` for VRRP, a protocol without ports. */
  readonly port: number | null;
  readonly protocol: 'tcp' | 'udp' | 'vrrp';
  /** `home`: all of the home network. `boards`: the other boards. `router`: the outside, through the router's forward. */
  readonly from: 'home' | 'boards' | 'router';
  /** What listens there. */
  readonly purpose: string;
}

/** A container that is bound to a board, and what it may use there. */
export interface BoardContainer {
  readonly name: string;
  readonly resources: Resources;
}

/** What a slice asks of a board. Each slice states its own; the model adds them up. */
export interface Requirements {
  /** Debian packages. */
  readonly packages: readonly string[];
  /** Kernel modules. */
  readonly modules: readonly string[];
  /** Settings of the kernel, by their names in sysctl. Two slices that ask for one must agree. */
  readonly sysctls: Readonly<Record<string, number>>;
  /** Labels of the Kubernetes node. */
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly Port[];
  /** Containers that run on this very board, whatever the scheduler decides about others. */
  readonly containers: readonly BoardContainer[];
}

/** The sum, sorted, each once: the order of the slices never shows. */
export function addRequirements(all: readonly Partial<Requirements>[]): Requirements {
  const ports = new Map(
    all.flatMap(({ ports = [] }) => ports.map((port) => [`${port.port}/${port.protocol}/${port.from}`, port])),
  );
  return {
    packages: sortedSet(all.flatMap(({ packages = [] }) => packages)),
    modules: sortedSet(all.flatMap(({ modules = [] }) => modules)),
    sysctls: sortedRecord(all.map(({ sysctls = {} }) => sysctls)),
    labels: sortedRecord(all.map(({ labels = {} }) => labels)),
    ports: [...ports.values()].sort((a, b) => (a.port ?? 0) - (b.port ?? 0) || (a.protocol < b.protocol ? -1 : 1)),
    containers: all.flatMap(({ containers = [] }) => containers).sort(byName),
  };
}

function sortedSet(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}

function sortedRecord<T>(records: readonly Readonly<Record<string, T>>[]): Record<string, T> {
  return Object.fromEntries(records.flatMap(Object.entries<T>).sort(([a], [b]) => (a < b ? -1 : 1)));
}
