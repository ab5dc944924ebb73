import type { Chart } from 'cdk8s';
import { HelmRelease, type HelmReleaseSpecDriftDetection } from '../imports/helm.toolkit.fluxcd.io.ts';
import { HelmRepository } from '../imports/source.toolkit.fluxcd.io.ts';
import type { Pin } from '../imports/versions.ts';
import type { Resources } from '../model/resources.ts';
import { toYaml } from '../tree/yaml.ts';
import { containerResources } from './container-resources.ts';
import { neverPruned } from './namespace.ts';

export interface ReleaseProps {
  /** Of the release and of its repository. */
  readonly name: string;
  /** The chart: `source` is the repository's URL with the chart's name after `#`. */
  readonly chart: Pin;
  readonly values: object;
  /** The admin's own values, merged over `values`: groups key by key, anything else whole. */
  readonly extraValues?: object;
  /** What containers of the chart may use, where it has no value for it. @default none */
  readonly limits?: readonly ReleaseLimits[];
  /** Services of the chart that our routes lead to, with their ports. They are written to the release. @default none */
  readonly services?: Readonly<Record<string, readonly number[]>>;
  /**
   * Whether volumes of the home are lost with it: Flux never deletes the release. @default false
   */
  readonly holdsData?: boolean;
  /**
   * Whether the chart has a DaemonSet. On a board that is away its pod is never ready, and would hold up each upgrade
   * (fluxcd/cli-utils, kstatus: a DaemonSet wants as many pods ready as boards should have one). @default false
   */
  readonly isOnEachBoard?: boolean;
  /**
   * Whether the hooks of its upgrades do nothing but wait for each board: one that is away would hold them up, which
   * `disableWait` does not change. They are left out. @default false
   */
  readonly hooksOnlyWait?: boolean;
  /** Whether claims that the chart itself makes outlive it, against the chart's own wish. @default false */
  readonly keepsClaims?: boolean;
}

/** An object of the chart whose containers get requests and limits. */
export interface ReleaseLimits {
  readonly kind: 'DaemonSet' | 'Deployment';
  readonly name: string;
  /** By the name of the container. */
  readonly containers: Readonly<Record<string, Resources>>;
  readonly initContainers?: Readonly<Record<string, Resources>>;
}

/** On a release: `<service>:<port>` of each service of its chart that the tree refers to, with spaces between them. */
const servicesAnnotation = 'homecloud.io/services';

/**
 * What was changed or deleted by hand is set right, once in each interval. It is safe for every chart of ours:
 * helm-controller only creates and patches (internal/action/diff.go), and holds against the cluster what the chart
 * writes, never hooks, and no field that the chart leaves out. So it does not see what others add: certificates of
 * webhooks (cert-manager's cainjector), the restart of a Deployment, the status. What the charts would share with another
 * writer is off here: no autoscaler, no admission webhook of Prometheus. Longhorn writes its settings and its own
 * DaemonSets, which are not of the chart.
 */
const driftDetection: HelmReleaseSpecDriftDetection = {
  mode: 'enabled',
  // Not looked at: a volume that was made larger by hand cannot shrink, so that the API server refuses the comparison
  // itself, which comes before a path is ignored (fluxcd/pkg, ssa/jsondiff/unstructured.go). A claim in use is never lost.
  ignore: [{ target: { kind: 'PersistentVolumeClaim' }, paths: [''] }],
};

/** A third-party component by its official Helm chart: the repository, and the release that Flux keeps. */
export function addRelease(chart: Chart, props: ReleaseProps): void {
  const {
    name,
    chart: pin,
    values,
    extraValues = {},
    limits = [],
    services = {},
    holdsData = false,
    isOnEachBoard = false,
    hooksOnlyWait = false,
    keepsClaims = false,
  } = props;
  const ports = Object.entries(services).flatMap(([service, numbers]) => numbers.map((port) => `${service}:${port}`));
  const annotations = {
    ...(ports.length > 0 && { [servicesAnnotation]: ports.sort().join(' ') }),
    ...(holdsData && neverPruned),
  };
  const patches = [
    ...limits.map((one) => ({ patch: limitsPatch(chart, one) })),
    ...(keepsClaims ? [{ target: { kind: 'PersistentVolumeClaim' }, patch: toYaml(keptByHelm) }] : []),
  ];
  const [url = '', chartName = ''] = pin.source.split('#');
  new HelmRepository(chart, `${name}-repository`, {
    metadata: { name, ...(holdsData && { annotations: neverPruned }) },
    // The index of a repository is large, and the line of a home can be slow: by default it may take a minute.
    spec: { url, ...(url.startsWith('oci://') && { type: 'oci' }), interval: '24h', timeout: '5m' },
  });
  new HelmRelease(chart, `${name}-release`, {
    metadata: { name, ...(Object.keys(annotations).length > 0 && { annotations }) },
    spec: {
      interval: '1h',
      // A board takes minutes to fetch the images of a first installation.
      timeout: '15m',
      chart: { spec: { chart: chartName, version: pin.version, sourceRef: { kind: 'HelmRepository', name } } },
      // Helm alone never updates the CRDs of a chart. A first installation that a slow line holds up goes on, every 5 minutes.
      install: { crds: 'CreateReplace', strategy: { name: 'RetryOnFailure' } },
      // Never back to the version before: that waits for what is away as well, comes to its end when its retries are used
      // up, and may not read what the newer one has written.
      upgrade: {
        crds: 'CreateReplace',
        strategy: { name: 'RetryOnFailure' },
        // Who depends on it needs its kinds. The installation has waited for them and for the webhooks; a second try of it
        // is an upgrade (helm-controller, internal/reconcile/atomic_release.go). Alerts tell of pods.
        ...(isOnEachBoard && { disableWait: true }),
        ...(hooksOnlyWait && { disableHooks: true }),
      },
      driftDetection,
      values: mergeValues(values, extraValues),
      ...(patches.length > 0 && { postRenderers: [{ kustomize: { patches } }] }),
    },
  });
}

/** Helm leaves what carries it when a release goes (its documentation, "Chart Development Tips and Tricks"). */
const keptByHelm = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  // Kustomize reads no name where the patch has a target.
  metadata: { name: 'any', annotations: { 'helm.sh/resource-policy': 'keep' } },
};

/**
 * A patch without a target: of an object that the chart does not have, or not any more, Kustomize says so, and the release
 * fails. With one it would change nothing, in silence.
 */
function limitsPatch({ namespace }: Chart, { kind, name, containers, initContainers = {} }: ReleaseLimits): string {
  const ofEach = (all: Readonly<Record<string, Resources>>) =>
    Object.entries(all).map(([name, resources]) => ({ name, resources: containerResources(resources) }));
  const init = ofEach(initContainers);
  return toYaml({
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace },
    spec: {
      template: { spec: { containers: ofEach(containers), ...(init.length > 0 && { initContainers: init }) } },
    },
  });
}

function mergeValues(ours: object, extra: object): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...ours };
  for (const [key, value] of Object.entries(extra)) {
    const own = merged[key];
    merged[key] = isGroup(own) && isGroup(value) ? mergeValues(own, value) : value;
  }
  return merged;
}

function isGroup(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
