import { ApiObject, type Chart } from 'cdk8s';
import type { Namespace } from '../model/model.ts';
import { clusterWide } from './cluster-wide.ts';

/** Flux never deletes what carries it (kustomize-controller, "Controlling garbage collection"). */
export const neverPruned = { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' } as const;

/** The namespace of a capability with its Pod Security level. Flux never deletes it, and with it what it holds. */
export function addNamespace(chart: Chart, namespace: Namespace): void {
  const { name, podSecurity, reason } = namespace;
  const object = new ApiObject(chart, `namespace-${name}`, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name,
      labels: {
        'pod-security.kubernetes.io/enforce': podSecurity,
        'pod-security.kubernetes.io/warn': podSecurity,
      },
      annotations: { ...neverPruned, ...(reason !== null && { 'homecloud.io/pod-security': reason }) },
    },
  });
  clusterWide(object);
}

/** The namespace of a capability. */
export function namespaceOf(namespaces: readonly Namespace[], capability: string): Namespace {
  const namespace = namespaces.find((one) => one.capability === capability);
  if (namespace === undefined) throw new Error(`the model has no namespace for ${capability}`);
  return namespace;
}
