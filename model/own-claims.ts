import { type KubernetesObject, type OwnObject, valuesOf } from './own-objects.ts';
import type { RuleFinding } from './problems.ts';

/** Kinds whose pods start at once: with the first of them a volume is bound. A CronJob waits for its hour. */
const startsAtOnce = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'Pod']);

/**
 * Claims that nothing in their entry mounts. The storage classes of a home bind a volume when the first pod needs it
 * (`WaitForFirstConsumer`), and Flux calls a claim well when it is bound (kstatus, pvcConditions): it would never go on
 * to the entry with the pod.
 * @param all also makes storage classes, which may bind at once
 */
export function* stranded(objects: readonly OwnObject[], all: readonly OwnObject[]): Generator<RuleFinding> {
  for (const { object, path, folder } of objects) {
    if (object.kind !== 'PersistentVolumeClaim' || object.apiVersion !== 'v1' || isBoundAtOnce(object, all)) continue;
    const { name, namespace } = object.metadata;
    const neighbours = all.filter((one) => one.folder === folder).map((one) => one.object);
    if (neighbours.some((one) => mounts(one, name, namespace))) continue;
    yield {
      path,
      message: `is PersistentVolumeClaim ${name}, and nothing in ${folder} mounts it as soon as it is there`,
      hint: 'put it in the entry of the Deployment, StatefulSet or Job that mounts it: it is bound by the first pod, and Flux waits for that before it goes on',
    };
  }
}

/** Whether a claim needs no pod: it names its volume, wants no class, or one of the admin's own that does not wait. */
function isBoundAtOnce(claim: KubernetesObject, all: readonly OwnObject[]): boolean {
  const { volumeName, storageClassName } = (claim['spec'] ?? {}) as Readonly<Record<string, unknown>>;
  if (volumeName !== undefined || storageClassName === '') return true;
  return all.some(
    ({ object }) =>
      object.kind === 'StorageClass' &&
      object.metadata.name === storageClassName &&
      object['volumeBindingMode'] !== 'WaitForFirstConsumer',
  );
}

/** Whether an object starts a pod that mounts a claim; a chart of Helm does so when its values name the claim. */
function mounts(object: KubernetesObject, claim: string, namespace: string | undefined): boolean {
  if (object.kind === 'HelmRelease') return [...valuesOf(object['spec'])].some(([, value]) => value === claim);
  if (!startsAtOnce.has(object.kind) || object.metadata.namespace !== namespace) return false;
  const { replicas } = (object['spec'] ?? {}) as { readonly replicas?: unknown };
  return (
    replicas !== 0 && [...valuesOf(object)].some(([keys, value]) => keys.at(-1) === 'claimName' && value === claim)
  );
}
