import * as z from 'zod';
import type { Pods } from './capacity.ts';
import { chartValues } from './chart-values.ts';
import { type FreeValue, freeValue } from './fields.ts';
import type { Path, RuleFinding } from './problems.ts';
import { type Resources, together } from './resources.ts';

/** What is judged of an object that the admin brings, from the config or from a chart. */

const objectValue = freeValue('ObjectValue', 'no value of an object');

export const kindName = z.string().regex(/^[A-Z][A-Za-z0-9]*$/, 'is no kind: write for example "ConfigMap"');

export const objectName = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9.:-]{0,251}[a-z0-9])?$/,
    'is no name of an object: write lower-case letters, digits, hyphens and dots',
  );

/** A Kubernetes object, as far as everything has it in common. */
export const objectSchema = z
  .object({
    apiVersion: z
      .string()
      .regex(/^([a-z0-9.-]+\/)?v[a-z0-9]+$/, 'is no version of an API: write for example "v1"')
      .describe('Version of its API: `v1`.'),
    kind: kindName.describe('Kind of the object: `ConfigMap`.'),
    metadata: z
      .object({
        name: objectName.describe('Name of the object: `notes`.'),
        namespace: z
          .string()
          .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'is no name of a namespace')
          .optional()
          .describe('Its namespace, unless it is of the whole cluster.'),
      })
      .catchall(objectValue)
      .describe('What it is called, and its labels.'),
  })
  .catchall(objectValue);

/** An object, as far as everything has it in common. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string | undefined;
    readonly [key: string]: unknown;
  };
  readonly [key: string]: unknown;
}

export type Layer = 'controllers' | 'configs' | 'apps';

export const layers: readonly Layer[] = ['controllers', 'configs', 'apps'];

/** An object with the key that brings it, and where it goes. */
export interface OwnObject {
  readonly object: KubernetesObject;
  readonly path: Path;
  readonly layer: Layer;
  /** Below `dist/kubernetes`. */
  readonly folder: string;
}

/** `Deployment wall/calendar`: kind, namespace and name; versions of one API are one. */
export function identityOf({ apiVersion, kind, metadata }: KubernetesObject): string {
  const group = groupOf(apiVersion);
  const name = metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
  return `${kind}${group === '' || group === 'apps' ? '' : `.${group}`} ${name}`;
}

/** `apps` of `apps/v1`, nothing of `v1`. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}

/** The object's file in its folder. A path has no colons, which names of roles may have. */
export function fileNameOf({ kind, metadata }: Pick<KubernetesObject, 'kind' | 'metadata'>): string {
  return `${kind}-${metadata.name}.yaml`.toLowerCase().replaceAll(':', '-');
}

/** Whether Kustomize takes an object apart into the items that it holds. */
export function isList({ kind, ...rest }: KubernetesObject): boolean {
  return kind.endsWith('List') && 'items' in rest;
}

/** Objects that hold others, which no rule would see. */
export function* lists(objects: readonly OwnObject[]): Generator<RuleFinding> {
  for (const { object, path } of objects) {
    if (!isList(object)) continue;
    yield {
      path,
      message: `is the ${object.kind} ${object.metadata.name}, and nobody looks at its items`,
      hint: 'write its items one by one, each as an object of its own',
    };
  }
}

export function* inClear(objects: readonly OwnObject[]): Generator<RuleFinding> {
  for (const { object, path } of objects) {
    if (object.kind !== 'Secret' || object.apiVersion !== 'v1') continue;
    yield {
      path,
      message: `is the Secret ${object.metadata.name}, and dist/ stands in Git, where everybody would read it`,
      hint: 'declare it as a secret of an app, apps[].secrets or app.secrets of a chart, which "homecloud secrets add" encrypts',
    };
  }
}

interface Container {
  readonly name?: unknown;
  readonly resources?: {
    readonly requests?: Readonly<Record<string, unknown>>;
    readonly limits?: Readonly<Record<string, unknown>>;
  };
}

export function* greedy(objects: readonly OwnObject[]): Generator<RuleFinding> {
  for (const { object, path } of objects) {
    const containers = podsOf(object).flatMap(({ containers = [], initContainers = [] }) => [
      ...initContainers,
      ...containers,
    ]);
    for (const { name, resources } of containers) {
      const missing = [
        ...['cpu', 'memory']
          .filter((what) => resources?.requests?.[what] === undefined)
          .map((what) => `requests.${what}`),
        ...(resources?.limits?.['memory'] === undefined ? ['limits.memory'] : []),
      ];
      if (missing.length === 0) continue;
      yield {
        path,
        message: `has the container ${name} without resources: ${missing.join(', ')} missing`,
        hint: "write resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '128Mi' } }",
      };
    }
  }
}

interface PodSpec {
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
}

/** The pods that an object describes, with their containers. */
export function podsOf(object: KubernetesObject): PodSpec[] {
  if (!['', 'apps', 'batch'].includes(groupOf(object.apiVersion))) return [];
  return [[[], object] as const, ...valuesOf(object)]
    .map(([, value]) => value as PodSpec | null)
    .filter((value) => typeof value === 'object' && value !== null && Array.isArray(value.containers)) as PodSpec[];
}

/**
 * The pods that an object keeps running, as the scheduler counts them.
 * @param boards of the home: a DaemonSet has a pod on each
 */
export function podsAsked({ object }: OwnObject, boards: number): Pods[] {
  const { replicas } = (object['spec'] ?? {}) as { readonly replicas?: unknown };
  const count = object.kind === 'DaemonSet' ? boards : typeof replicas === 'number' ? replicas : 1;
  return podsOf(object).map(({ containers = [] }) => ({
    name: identityOf(object),
    replicas: count,
    resources: together(
      ...containers.map(({ resources }) =>
        chartValues({ resources }, identityOf(object)).resources('resources', nothing),
      ),
    ),
  }));
}

const nothing: Resources = { cpuRequest: '0m', memoryRequest: '0Mi', memoryLimit: '0Mi' };

/** Kinds of the whole cluster (`kubectl api-resources --namespaced=false`), and those of our components. */
const clusterWide = new Set([
  'APIService',
  'CSIDriver',
  'ClusterIssuer',
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'DeviceClass',
  'FlowSchema',
  'GatewayClass',
  'IngressClass',
  'MutatingWebhookConfiguration',
  'Namespace',
  'PersistentVolume',
  'PriorityClass',
  'PriorityLevelConfiguration',
  'RuntimeClass',
  'StorageClass',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'ValidatingWebhookConfiguration',
  'VolumeAttributesClass',
  'VolumeSnapshotClass',
]);

/** An object of the whole cluster without the namespace that a chart of cdk8s gives to all of its objects. */
export function withoutChartNamespace(object: KubernetesObject): KubernetesObject {
  if (!clusterWide.has(object.kind)) return object;
  const { namespace: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** Groups whose kinds are known: Kubernetes' own, and those of the components of a home. */
const knownGroup =
  /^(|apps|batch|autoscaling|policy|.*\.k8s\.io|traefik\.io|cert-manager\.io|longhorn\.io|monitoring\.coreos\.com|.*\.fluxcd\.io)$/;

/** Namespaces that every cluster has. */
const always = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];

/**
 * Objects whose namespace is missing, nowhere, or made later than they are.
 * @param all also makes namespaces
 * @param namespaces of the home
 */
export function* homeless(
  objects: readonly OwnObject[],
  all: readonly OwnObject[],
  namespaces: readonly string[],
): Generator<RuleFinding> {
  const known = new Set([...always, ...namespaces]);
  for (const { object, path, layer, folder } of objects) {
    const { apiVersion, kind, metadata } = object;
    if (clusterWide.has(kind)) continue;
    const { namespace } = metadata;
    const inNamespace = `is ${kind} ${metadata.name}`;
    if (namespace === undefined) {
      if (!knownGroup.test(groupOf(apiVersion))) continue;
      yield {
        path,
        message: `${inNamespace}, and has no namespace`,
        hint: "write metadata: { namespace: '…' }: one of the home, or one that you make",
      };
      continue;
    }
    if (known.has(namespace)) continue;
    const makers = all.filter((one) => one.object.kind === 'Namespace' && one.object.metadata.name === namespace);
    const isThere = (maker: OwnObject) =>
      maker.folder === folder || layers.indexOf(maker.layer) < layers.indexOf(layer);
    if (makers.some(isThere)) continue;
    const [maker] = makers;
    yield {
      path,
      message:
        maker === undefined
          ? `${inNamespace} in the namespace ${namespace}, which nobody makes`
          : `${inNamespace} in the namespace ${namespace}, which ${maker.folder} makes, and that is not before`,
      hint:
        maker === undefined
          ? `add an object of kind Namespace, or choose one of ${[...known].sort().join(', ')}`
          : `make the namespace in the same entry, or in one with layer: 'controllers'`,
    };
  }
}

/** Every value below a value, with the keys that lead to it. */
export function* valuesOf(
  value: unknown,
  keys: readonly string[] = [],
): Generator<readonly [readonly string[], unknown]> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value as Readonly<Record<string, FreeValue>>)) {
    yield [[...keys, key], inner];
    yield* valuesOf(inner, [...keys, key]);
  }
}
