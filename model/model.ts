import type { Pin, PinName } from '../imports/versions.ts';
import type { Pods } from './capacity.ts';
import type { App } from './facts/apps.ts';
import type { Board } from './facts/boards.ts';
import type { Certificates } from './facts/certificates.ts';
import type { Dnas } from './facts/dnas.ts';
import type { Git } from './facts/git.ts';
import type { Hardening } from './facts/hardening.ts';
import type { Home } from './facts/home.ts';
import type { Cluster } from './facts/k3s.ts';
import type { Longhorn } from './facts/longhorn.ts';
import type { ManagementPage, Portainer } from './facts/management.ts';
import type { Metrics } from './facts/metrics.ts';
import type { Names } from './facts/names.ts';
import type { Network } from './facts/network.ts';
import type { Nextcloud } from './facts/nextcloud.ts';
import type { Observability } from './facts/observability.ts';
import type { OwnModel } from './facts/own.ts';
import type { OwnApp } from './facts/own-apps.ts';
import type { Person } from './facts/people.ts';
import type { Syncthing } from './facts/syncthing.ts';
import type { Exposure, Traefik } from './facts/traefik.ts';
import type { VirtualIp } from './facts/virtual-ip.ts';
import type { Flow } from './flows.ts';
import type { Secret } from './secrets.ts';

/**
 * The home, resolved: every default filled in, every derived fact once, frozen. Synthesizers read it and nothing else.
 * Its lists are in an order of their own (boards by address, people by number, the rest by name), so that the order
 * of the config's lists never shows.
 */
export interface Model {
  /** Version of homecloud, and so of the Ansible collection. */
  readonly version: string;
  readonly home: Home;
  readonly network: Network;
  readonly virtualIp: VirtualIp;
  readonly people: readonly Person[];
  readonly boards: readonly Board[];
  readonly git: Git;
  readonly hardening: Hardening;
  readonly k3s: Cluster;
  readonly traefik: Traefik;
  /** `null` where Traefik serves its own. */
  readonly certificates: Certificates | null;
  readonly names: Names;
  /** `null` where it is off. */
  readonly longhorn: Longhorn | null;
  /** Claims whose volumes Longhorn makes, and no backup of it has, on purpose; by namespace and name. */
  readonly withoutBackup: readonly Claim[];
  /** Pages of the cluster, each `null` where it is off. */
  readonly headlamp: ManagementPage | null;
  readonly portainer: Portainer | null;
  readonly dashboard: ManagementPage | null;
  readonly dnas: Dnas;
  readonly syncthing: Syncthing;
  /** `null` where it is off. */
  readonly nextcloud: Nextcloud | null;
  readonly apps: readonly App[];
  readonly ownApps: readonly OwnApp[];
  readonly own: OwnModel;
  readonly metrics: Metrics;
  /** `null` where the home is not measured. */
  readonly observability: Observability | null;
  readonly namespaces: readonly Namespace[];
  /** Host names that the home's domain has, each with who answers. */
  readonly hostNames: readonly HostName[];
  /** Connections that the home needs, by name. */
  readonly flows: readonly Flow[];
  /** Pods that the scheduler places, by name. */
  readonly pods: readonly Pods[];
  /** Helm values of the admin that are not looked at for what runs: paths in the config, sorted. */
  readonly uncounted: readonly string[];
  readonly secrets: readonly Secret[];
  /** The Secrets of the cluster as they stand encrypted in `secrets/kubernetes/`: copied byte for byte. */
  readonly encryptedSecrets: readonly EncryptedSecret[];
  readonly pins: Readonly<Record<PinName, Pin>>;
}

/** An encrypted file of a Secret. */
export interface EncryptedSecret {
  readonly namespace: string;
  readonly name: string;
  readonly text: string;
}

/** A PersistentVolumeClaim. */
export interface Claim {
  readonly namespace: string;
  readonly name: string;
}

/** Levels of the Pod Security Standards. */
export type PodSecurity = 'privileged' | 'baseline' | 'restricted';

export interface Namespace {
  readonly name: string;
  readonly capability: string;
  readonly podSecurity: PodSecurity;
  /** Why it needs more than `restricted`. */
  readonly reason: string | null;
  /** Directions in which its pods are free where no flow is said, and why. @default none */
  readonly open?: { readonly directions: readonly Direction[]; readonly reason: string };
}

/** Of connections, as a network policy names them: to pods, and from them. */
export type Direction = 'Ingress' | 'Egress';

export interface HostName {
  readonly host: string;
  readonly capability: string;
  readonly exposures: readonly Exposure[];
}
