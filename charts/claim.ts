import type { Chart } from 'cdk8s';
import { KubePersistentVolumeClaim, Quantity } from 'cdk8s-plus-27/lib/imports/k8s.js';
import { neverPruned } from './namespace.ts';

export interface ClaimProps {
  readonly name: string;
  readonly bytes: number;
  /** @default none */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Only where the admin names one: what is not said is filled in once, from the default of the cluster at that time, and
   * a field that nobody applies does not change when the default does (Kubernetes, "Server-Side Apply"). @default null
   */
  readonly storageClass?: string | null;
  /**
   * Whether what it says counts only when it is made: a larger size of a class that lets none grow would be refused, and
   * with it all of the folder. @default false
   */
  readonly isFixed?: boolean;
}

/**
 * A volume that outlives what uses it. Charts of Helm get it as an existing one, and make none themselves: a class or a
 * size that cannot change would fail their upgrades for ever.
 */
export function addClaim(chart: Chart, props: ClaimProps): void {
  const { name, bytes, labels = {}, storageClass = null, isFixed = false } = props;
  new KubePersistentVolumeClaim(chart, `claim-${name}`, {
    metadata: {
      name,
      annotations: { ...neverPruned, ...(isFixed && { 'kustomize.toolkit.fluxcd.io/ssa': 'IfNotPresent' }) },
      ...(Object.keys(labels).length > 0 && { labels: { ...labels } }),
    },
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: Quantity.fromString(`${Math.ceil(bytes / 2 ** 20)}Mi`) } },
      ...(storageClass !== null && { storageClassName: storageClass }),
    },
  });
}
