import { metrics } from './metrics.ts';
import type { CustomResourceStateResource, RbacRule } from './values.ts';

/** The objects of Flux that can fail, by their kind. */
const kinds = [
  { group: 'helm.toolkit.fluxcd.io', version: 'v2', kind: 'HelmRelease', plural: 'helmreleases' },
  { group: 'kustomize.toolkit.fluxcd.io', version: 'v1', kind: 'Kustomization', plural: 'kustomizations' },
  { group: 'source.toolkit.fluxcd.io', version: 'v1', kind: 'GitRepository', plural: 'gitrepositories' },
  { group: 'source.toolkit.fluxcd.io', version: 'v1', kind: 'HelmChart', plural: 'helmcharts' },
  { group: 'source.toolkit.fluxcd.io', version: 'v1', kind: 'HelmRepository', plural: 'helmrepositories' },
  { group: 'source.toolkit.fluxcd.io', version: 'v1', kind: 'OCIRepository', plural: 'ocirepositories' },
] as const;

/**
 * Whether each object of Flux is ready: its controllers do not tell that themselves any more (Flux documentation,
 * "Custom metrics"), kube-state-metrics reads it from the objects.
 */
export const fluxState: readonly CustomResourceStateResource[] = kinds.map(({ group, version, kind }) => ({
  groupVersionKind: { group, version, kind },
  metricNamePrefix: 'gotk',
  metrics: [
    {
      name: metrics.flux[0].replace('gotk_', ''),
      help: 'State of an object of Flux.',
      each: { type: 'Info', info: { labelsFromPath: { name: ['metadata', 'name'] } } },
      labelsFromPath: {
        exported_namespace: ['metadata', 'namespace'],
        ready: ['status', 'conditions', '[type=Ready]', 'status'],
        suspended: ['spec', 'suspend'],
      },
    },
  ],
}));

/** What kube-state-metrics may read for it. */
export const fluxStateRules: readonly RbacRule[] = [...new Set(kinds.map(({ group }) => group))].map((group) => ({
  apiGroups: [group],
  resources: kinds.filter((one) => one.group === group).map(({ plural }) => plural),
  verbs: ['list', 'watch'],
}));
