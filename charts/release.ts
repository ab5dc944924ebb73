import type { Chart } from 'cdk8s';
import { HelmRelease } from '../imports/helm.toolkit.fluxcd.io.ts';
import { HelmRepository } from '../imports/source.toolkit.fluxcd.io.ts';
import type { Pin } from '../imports/versions.ts';
import { neverPruned } from './namespace.ts';

export interface ReleaseProps {
  /** Of the release and of its repository. */
  readonly name: string;
  /** The chart: `source` is the repository's URL with the chart's name after `#`. */
  readonly chart: Pin;
  readonly values: object;
  /** The admin's own values, merged over `values`: groups key by key, anything else whole. */
  readonly extraValues?: object;
  /** Services of the chart that our routes lead to, with their ports. They are written to the release. @default none */
  readonly services?: Readonly<Record<string, readonly number[]>>;
  /**
   * Whether it holds data, which an older version of it could not read: Flux never deletes the release and never goes
   * back to the version before, it tries again. @default false
   */
  readonly holdsData?: boolean;
}

/** On a release: `<service>:<port>` of each service of its chart that the tree refers to, with spaces between them. */
const servicesAnnotation = 'homecloud.io/services';

/** A third-party component by its official Helm chart: the repository, and the release that Flux keeps. */
export function addRelease(chart: Chart, props: ReleaseProps): void {
  const { name, chart: pin, values, extraValues = {}, services = {}, holdsData = false } = props;
  const ports = Object.entries(services).flatMap(([service, numbers]) => numbers.map((port) => `${service}:${port}`));
  const annotations = {
    ...(ports.length > 0 && { [servicesAnnotation]: ports.sort().join(' ') }),
    ...(holdsData && neverPruned),
  };
  const [url = '', chartName = ''] = pin.source.split('#');
  new HelmRepository(chart, `${name}-repository`, {
    metadata: { name, ...(holdsData && { annotations: neverPruned }) },
    spec: { url, interval: '24h' },
  });
  new HelmRelease(chart, `${name}-release`, {
    metadata: { name, ...(Object.keys(annotations).length > 0 && { annotations }) },
    spec: {
      interval: '1h',
      // A board takes minutes to fetch the images of a first installation.
      timeout: '15m',
      chart: { spec: { chart: chartName, version: pin.version, sourceRef: { kind: 'HelmRepository', name } } },
      // Helm alone never updates the CRDs of a chart.
      install: { crds: 'CreateReplace', strategy: { name: 'RetryOnFailure' } },
      upgrade: {
        crds: 'CreateReplace',
        // What a failed upgrade made may hold data already.
        cleanupOnFail: !holdsData,
        ...(holdsData
          ? { strategy: { name: 'RetryOnFailure' } }
          : { remediation: { retries: 2, remediateLastFailure: true } }),
      },
      driftDetection: { mode: 'warn' },
      values: mergeValues(values, extraValues),
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
