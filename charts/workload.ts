import { createHash } from 'node:crypto';
import type { Chart } from 'cdk8s';
import type { Capability } from 'cdk8s-plus-27';
import {
  type ContainerPort,
  IntOrString,
  KubeConfigMap,
  type Container as KubeContainer,
  KubeDeployment,
  KubePodDisruptionBudget,
  type Probe as KubeProbe,
  KubeService,
  type Volume as KubeVolume,
  type ObjectMeta,
  type PodSpec,
  Quantity,
  type SecurityContext,
} from 'cdk8s-plus-27/lib/imports/k8s.js';
import type { Pin } from '../imports/versions.ts';
import { nodeCritical, type Priority, priorities } from '../model/priorities.ts';
import type { Resources } from '../model/resources.ts';
import { imageReference } from './image.ts';

/** Why a workload has what none has by itself. It is written to the object, for those who review it. */
export type Reason = string;

/** A Linux capability, named as Kubernetes wants it: without `CAP_` (capabilities(7)). */
export type LinuxCapability = keyof typeof Capability;

/** Pods of our own. */
export interface PodProps {
  /** Of all its objects; unique in the namespace. */
  readonly name: string;
  /** What runs: `app.kubernetes.io/name`. With `instance` and `component` it selects the pod, and never changes. */
  readonly app: string;
  /** Which one of several: `app.kubernetes.io/instance`. */
  readonly instance: string;
  /** Its part in the whole: `app.kubernetes.io/component`. */
  readonly component: string;
  /** Who stays when a board has too little. @default 'normal', the default of the cluster */
  readonly priority?: Priority | typeof nodeCritical;
  /** Seconds that it has to end by itself. */
  readonly terminationGracePeriod: number;
  /** Files of the config map that has its name, by file name: mounted as the volume `config`; a change restarts it. */
  readonly config?: Readonly<Record<string, string>>;
  readonly volumes?: Readonly<Record<string, Volume>>;
  /** What runs to its end before the containers start, in this order. */
  readonly initContainers?: readonly InitContainer[];
  readonly containers: readonly InitContainer[];
}

/** A workload of our own, kept running. */
export interface WorkloadProps extends PodProps {
  /** The only board that may run it. @default any */
  readonly board?: string;
  /**
   * Pods of it, all the same. More than one spread over the boards, and a drain takes one at a time; they can be bound
   * neither to a board nor to its ports. @default 1
   */
  readonly replicas?: number;
  /** Texts of the encrypted Secrets that it reads: a new value restarts it. @default none */
  readonly secretTexts?: readonly string[];
  readonly containers: readonly Container[];
}

export type Volume =
  /** A folder of the board that must exist; file systems that come and go below it are seen. */
  | { readonly folderOfBoard: string; readonly reason: Reason }
  /** A volume that outlives the pod: the claim of that name; `hasMounts`: file systems that come and go below it are seen. */
  | { readonly claim: string; readonly hasMounts?: boolean }
  /** Files of a config map of its own, by their paths below the folder; a change restarts the workload. */
  | { readonly files: Readonly<Record<string, string>> }
  /** Keys of a secret, each a file that root reads, and the group of the first container that is not root. */
  | { readonly secret: string; readonly keys: readonly string[] }
  /** An empty folder that lives as long as the pod; in memory it counts for the containers' limits. */
  | { readonly emptyIn: 'memory' | 'disk'; readonly sizeLimit: string };

export interface Mount {
  /** `config` or one of `volumes`. */
  readonly volume: string;
  readonly path: string;
  /** One file or folder of the volume. @default all of it */
  readonly subPath?: string;
  /** @default false */
  readonly writable?: boolean;
}

export interface InitContainer {
  readonly name: string;
  readonly image: Pin;
  /** @default that of the image */
  readonly command?: readonly string[];
  /** Variables, none of them secret. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Variables whose values are keys of Secrets. */
  readonly secretEnvironment?: Readonly<Record<string, { readonly secret: string; readonly key: string }>>;
  readonly resources: Resources;
  readonly mounts?: readonly Mount[];
  readonly runAs: { readonly uid: number; readonly gid: number } | { readonly root: Reason };
  /** @default none */
  readonly capabilities?: Readonly<Partial<Record<LinuxCapability, Reason>>>;
  /** Why it writes to its image's files. @default it cannot */
  readonly writableRootFilesystem?: Reason;
  /** Why its programs may have more rights than it (set-user-id, file capabilities). @default they may not */
  readonly privilegeEscalation?: Reason;
}

export interface Container extends InitContainer {
  readonly ports?: readonly Port[];
  /** Until it succeeds, the others wait: its time is the longest that a start may take. */
  readonly startup: Probe;
  /** While it fails, the service sends nobody. */
  readonly readiness: Probe;
  /** When it fails, the container is started again. */
  readonly liveness: Probe;
}

export type Probe = KubeProbe & Required<Pick<KubeProbe, 'periodSeconds' | 'timeoutSeconds' | 'failureThreshold'>>;

/** A TCP port. */
export interface Port {
  readonly name: string;
  readonly number: number;
  /** Why the board's own port of this number leads to it. @default only the service does */
  readonly onBoard?: Reason;
  /** Whether the service does not lead to it, and who comes to it goes to the pod. @default false */
  readonly ofPodOnly?: boolean;
}

/**
 * Adds a workload: its deployment, its config map, and the service of its ports. Who reaches it, and whom it reaches, is
 * said by the flows of its slice (model/flows.ts); without one, nobody and nothing.
 *
 * All of our own workloads pass through here. It is made of the Kubernetes types of cdk8s-plus-27 and not of its
 * `Deployment`, whose defaults (2.9.5) suit no Raspberry Pi: one CPU and 512 MiB for each container, images pulled at
 * each start, a selector that is a hash of the construct's path and cannot change, a rolling update that waits
 * for the port or the disk that the old pod holds, a start probe of 30 seconds, capabilities named `CAP_…`, which
 * Kubernetes does not know, and no word for seccomp or service links.
 */
export function addWorkload(chart: Chart, props: WorkloadProps): void {
  const { name, config, secretTexts = [], replicas = 1, volumes = {} } = props;
  const folders = Object.entries(volumes).flatMap(([volume, one]) =>
    'files' in one ? [[volume, one.files] as const] : [],
  );
  if (replicas > 1 && isBoundToBoard(props)) throw new Error(`${name} is bound to a board, and cannot be ${replicas}`);
  const selector = selectorOf(props);
  const labels = labelsOf(props);
  const checksums = {
    ...(config && { 'homecloud.io/config-checksum': checksum(config) }),
    ...(folders.length > 0 && {
      'homecloud.io/files-checksum': checksum(Object.assign({}, ...folders.map(([, files]) => files))),
    }),
    ...(secretTexts.length > 0 && {
      'homecloud.io/secrets-checksum': checksum(Object.fromEntries(secretTexts.entries())),
    }),
  };
  new KubeDeployment(chart, `deployment-${name}`, {
    metadata: metadataOf(props),
    spec: {
      replicas,
      strategy:
        replicas === 1
          ? // A second pod beside the first would wait for ever for its port or its disk.
            { type: 'Recreate' }
          : // One after the other, without room for one more.
            {
              type: 'RollingUpdate',
              rollingUpdate: { maxUnavailable: IntOrString.fromNumber(1), maxSurge: IntOrString.fromNumber(0) },
            },
      selector: { matchLabels: selector },
      template: {
        metadata: { labels, ...(Object.keys(checksums).length > 0 && { annotations: checksums }) },
        spec: { ...placeOf(props, selector), ...podSpec(props) },
      },
    },
  });
  // For a single pod, a budget would either mean nothing or block every drain.
  if (replicas > 1) {
    new KubePodDisruptionBudget(chart, `pod-disruption-budget-${name}`, {
      metadata: { name, labels },
      spec: { maxUnavailable: IntOrString.fromNumber(1), selector: { matchLabels: selector } },
    });
  }
  addConfig(chart, props);
  for (const [volume, files] of folders) {
    new KubeConfigMap(chart, `config-map-${name}-${volume}`, {
      metadata: { name: `${name}-${volume}`, labels },
      data: Object.fromEntries(Object.entries(files).map(([path, text]) => [fileKey(path), text])),
    });
  }

  const ports = props.containers
    .flatMap((container) => container.ports ?? [])
    .filter(({ ofPodOnly = false }) => !ofPodOnly);
  if (ports.length > 0) {
    new KubeService(chart, `service-${name}`, {
      metadata: { name, labels },
      spec: {
        type: 'ClusterIP',
        selector,
        ports: ports.map((port) => ({
          name: port.name,
          port: port.number,
          targetPort: IntOrString.fromString(port.name),
          protocol: 'TCP',
        })),
      },
    });
  }
}

function isBoundToBoard({ board, containers }: WorkloadProps): boolean {
  return board !== undefined || containers.some(({ ports = [] }) => ports.some(({ onBoard }) => onBoard !== undefined));
}

/** Of the pods of a workload: who may be sent to them, and whom a policy is about. */
export function selectorOf({ app, instance, component }: PodProps): Readonly<Record<string, string>> {
  return {
    'app.kubernetes.io/name': app,
    'app.kubernetes.io/instance': instance,
    'app.kubernetes.io/component': component,
  };
}

export function labelsOf(props: PodProps): Readonly<Record<string, string>> {
  return {
    ...selectorOf(props),
    'app.kubernetes.io/part-of': 'homecloud',
    'app.kubernetes.io/managed-by': 'homecloud',
  };
}

/** Of the object that makes the pods. */
export function metadataOf(props: PodProps): ObjectMeta {
  const reasons = [...privileges(props)];
  return {
    name: props.name,
    labels: labelsOf(props),
    ...(reasons.length > 0 && { annotations: { 'homecloud.io/privileges': reasons.join('\n') } }),
  };
}

export function addConfig(chart: Chart, props: PodProps): void {
  const { name, config } = props;
  if (config === undefined) return;
  new KubeConfigMap(chart, `config-map-${name}`, { metadata: { name, labels: labelsOf(props) }, data: config });
}

/** Which boards may run the pods of a workload. */
function placeOf({ board, replicas = 1 }: WorkloadProps, selector: Readonly<Record<string, string>>): Partial<PodSpec> {
  return {
    ...(board !== undefined && pinnedTo(board)),
    ...(replicas > 1 && {
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'kubernetes.io/hostname',
          // Two on one board are better than one that waits.
          whenUnsatisfiable: 'ScheduleAnyway',
          labelSelector: { matchLabels: selector },
        },
      ],
    }),
  };
}

/** @param props of a `WorkloadProps` its containers are of the type `Container`, and have their ports and probes */
export function podSpec(props: PodProps): PodSpec {
  const { priority, config, volumes = {}, initContainers = [] } = props;
  const folders = new Set(Object.keys(volumes).filter((name) => hasMounts(volumes[name])));
  return {
    ...(priority !== undefined && {
      priorityClassName: priority === nodeCritical ? priority : priorities[priority].className,
    }),
    automountServiceAccountToken: false,
    // Else each service of the namespace adds variables to each container, and some programs take them for their own.
    enableServiceLinks: false,
    terminationGracePeriodSeconds: props.terminationGracePeriod,
    securityContext: { seccompProfile: { type: 'RuntimeDefault' }, ...volumesOwner(props) },
    ...(initContainers.length > 0 && {
      initContainers: initContainers.map((container) => kubeContainer(container, folders)),
    }),
    containers: props.containers.map((container) => ({
      ...kubeContainer(container, folders),
      ...(isKeptRunning(container) && {
        ...(container.ports && { ports: container.ports.map(kubePort) }),
        startupProbe: container.startup,
        readinessProbe: container.readiness,
        livenessProbe: container.liveness,
      }),
    })),
    volumes: [
      ...(config ? [{ name: 'config', configMap: { name: props.name } }] : []),
      ...Object.entries(volumes).map(([name, volume]) => kubeVolume(props.name, name, volume)),
    ],
  };
}

function isKeptRunning(container: InitContainer | Container): container is Container {
  return 'liveness' in container;
}

/** One board, even a server without room for others; and the pod waits for it as long as it is away. */
function pinnedTo(board: string): Pick<PodSpec, 'affinity' | 'tolerations'> {
  const nodeSelectorTerms = [
    { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [board] }] },
  ];
  return {
    // Not `nodeName`, which goes past the scheduler: nothing would then check the board's memory, ports and taints.
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
    tolerations: [
      { key: 'node-role.kubernetes.io/control-plane', operator: 'Exists', effect: 'NoSchedule' },
      // As of a DaemonSet: no other board could take the pod over after the usual five minutes.
      { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
      { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' },
    ],
  };
}

function kubeContainer(container: InitContainer, folders: ReadonlySet<string>): KubeContainer {
  const { name, image, command, environment = {}, secretEnvironment = {}, resources, mounts = [] } = container;
  const env = [
    ...Object.entries(environment)
      .sort(byKey)
      .map(([name, value]) => ({ name, value })),
    ...Object.entries(secretEnvironment)
      .sort(byKey)
      .map(([name, { secret, key }]) => ({ name, valueFrom: { secretKeyRef: { name: secret, key } } })),
  ];
  return {
    name,
    image: imageReference(image),
    imagePullPolicy: 'IfNotPresent',
    ...(command && { command: [...command] }),
    ...(env.length > 0 && { env }),
    resources: {
      requests: {
        cpu: Quantity.fromString(resources.cpuRequest),
        memory: Quantity.fromString(resources.memoryRequest),
      },
      limits: { memory: Quantity.fromString(resources.memoryLimit) },
    },
    securityContext: securityContext(container),
    volumeMounts: mounts.map(({ volume, path, subPath, writable = false }) => ({
      name: volume,
      mountPath: path,
      ...(subPath !== undefined && { subPath }),
      readOnly: !writable,
      // Without it the container keeps a disk that was pulled, and never sees it come back.
      ...(folders.has(volume) && { mountPropagation: 'HostToContainer' }),
    })),
  };
}

function securityContext(container: InitContainer): SecurityContext {
  const { runAs, capabilities = {} } = container;
  const add = Object.keys(capabilities).sort();
  return {
    ...('uid' in runAs
      ? { runAsNonRoot: true, runAsUser: runAs.uid, runAsGroup: runAs.gid }
      : { runAsNonRoot: false, runAsUser: 0, runAsGroup: 0 }),
    privileged: false,
    allowPrivilegeEscalation: container.privilegeEscalation !== undefined,
    readOnlyRootFilesystem: container.writableRootFilesystem === undefined,
    capabilities: { drop: ['ALL'], ...(add.length > 0 && { add }) },
  };
}

function kubePort({ name, number, onBoard }: Port): ContainerPort {
  return {
    name,
    containerPort: number,
    protocol: 'TCP',
    ...(onBoard !== undefined && { hostPort: number }),
  };
}

/** A key of a config map has no slash. */
function fileKey(path: string): string {
  return path.replaceAll('/', '_');
}

function kubeVolume(workload: string, name: string, volume: Volume): KubeVolume {
  if ('folderOfBoard' in volume) return { name, hostPath: { path: volume.folderOfBoard, type: 'Directory' } };
  if ('claim' in volume) return { name, persistentVolumeClaim: { claimName: volume.claim } };
  if ('files' in volume) {
    const items = Object.keys(volume.files).map((path) => ({ key: fileKey(path), path }));
    return { name, configMap: { name: `${workload}-${name}`, items } };
  }
  if ('secret' in volume) {
    const items = volume.keys.map((key) => ({ key, path: key }));
    return { name, secret: { secretName: volume.secret, items, defaultMode: 0o400 } };
  }
  return {
    name,
    emptyDir: {
      ...(volume.emptyIn === 'memory' && { medium: 'Memory' }),
      sizeLimit: Quantity.fromString(volume.sizeLimit),
    },
  };
}

/** A volume and the files of a secret belong to root: the group of the pod's first container that is not root gets them. */
function volumesOwner({ volumes = {}, containers }: PodProps): { fsGroup?: number; fsGroupChangePolicy?: string } {
  const gid = containers.flatMap(({ runAs }) => ('gid' in runAs ? [runAs.gid] : [])).at(0);
  const isOwned = Object.values(volumes).some((volume) => 'claim' in volume || 'secret' in volume);
  // Not at each start: a volume of many files would keep the pod waiting for minutes.
  return isOwned && gid !== undefined ? { fsGroup: gid, fsGroupChangePolicy: 'OnRootMismatch' } : {};
}

function hasMounts(volume: Volume | undefined): boolean {
  return volume !== undefined && ('folderOfBoard' in volume || ('claim' in volume && volume.hasMounts === true));
}

/** One line for each privilege: who has it, what, and why. */
function* privileges({ volumes = {}, initContainers = [], containers }: PodProps): Generator<string> {
  for (const [name, volume] of Object.entries(volumes)) {
    if (!('folderOfBoard' in volume)) continue;
    yield privilege(`volume ${name}`, `folder ${volume.folderOfBoard} of the board`, volume.reason);
  }
  for (const container of [...initContainers, ...containers]) {
    const { name, runAs, writableRootFilesystem, privilegeEscalation, capabilities = {} } = container;
    if ('root' in runAs) yield privilege(name, 'user root', runAs.root);
    if (writableRootFilesystem !== undefined)
      yield privilege(name, 'writable root file system', writableRootFilesystem);
    if (privilegeEscalation !== undefined) yield privilege(name, 'privilege escalation', privilegeEscalation);
    for (const [capability, reason] of Object.entries(capabilities).sort(byKey)) {
      yield privilege(name, `capability ${capability}`, reason);
    }
  }
  for (const container of containers.filter(isKeptRunning)) {
    const { name, ports = [] } = container;
    for (const { number, onBoard } of ports) {
      if (onBoard !== undefined) yield privilege(name, `port ${number} of the board`, onBoard);
    }
  }
}

function privilege(who: string, what: string, why: Reason): string {
  if (why.trim() === '') throw new Error(`${who} has no reason for its privilege: ${what}`);
  return `${who}: ${what}: ${why}`;
}

function checksum(config: Readonly<Record<string, string>>): string {
  return createHash('sha256')
    .update(JSON.stringify(Object.entries(config).sort(byKey)))
    .digest('hex');
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
