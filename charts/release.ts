import type { Chart } from 'cdk8s';
import { HelmRelease } from '../imports/helm.toolkit.fluxcd.io.ts';
import { HelmRepository } from '../imports/source.toolkit.fluxcd.io.ts';
import type { Pin } from '../imports/versions.ts';

export interface ReleaseProps {
  /** Of the release and of its repository. */
  readonly name: string;
  /** The chart: `source` is the repository's URL with the chart's name after `#`. */
  readonly chart: Pin;
  readonly values: object;
  /** The admin's own values, merged over `values`: groups key by key, anything else whole. */
  readonly extraValues?: object;
}

/** A third-party component by its official Helm chart: the repository, and the release that Flux keeps. */
export function addRelease(chart: Chart, { name, chart: pin, values, extraValues = {} }: ReleaseProps): void {
  const [url = '', chartName = ''] = pin.source.split('#');
  new HelmRepository(chart, `${name}-repository`, {
    metadata: { name },
    spec: { url, interval: '24h' },
  });
  new HelmRelease(chart, `${name}-release`, {
    metadata: { name },
    spec: {
      interval: '1h',
      // A board takes minutes to fetch the images of a first installation.
      timeout: '15m',
      chart: { spec: { chart: chartName, version: pin.version, sourceRef: { kind: 'HelmRepository', name } } },
      // Helm alone never updates the CRDs of a chart.
      install: { crds: 'CreateReplace', strategy: { name: 'RetryOnFailure' } },
      upgrade: {
        crds: 'CreateReplace',
        cleanupOnFail: true,
        remediation: { retries: 2, remediateLastFailure: true },
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
