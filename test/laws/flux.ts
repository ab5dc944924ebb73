import { isDeepStrictEqual } from 'node:util';
import { isOfHome, type KubernetesObject, objectsOf } from '../objects.ts';
import type { Laws } from './law.ts';

export const fluxLaws: Laws = {
  'Flux never deletes what holds data': (tree) =>
    [...objectsOf(tree)].flatMap(([path, { kind, metadata }]) =>
      ['Namespace', 'PersistentVolume', 'PersistentVolumeClaim'].includes(kind) &&
      metadata.annotations?.['kustomize.toolkit.fluxcd.io/prune'] !== 'disabled'
        ? [path]
        : [],
    ),

  'Flux waits longer for a folder than for any release in it, and tries again before it looks again': (tree) => {
    const objects = [...objectsOf(tree)];
    const waiting = objects.filter(([, { kind }]) => ['Kustomization', 'HelmRelease'].includes(kind));
    const folders = new Map(
      objects.flatMap(([, object]) =>
        object.kind === 'Kustomization' && isOfHome(object)
          ? [[String((object['spec'] as { path: string }).path).replace('./dist/', ''), timesOf(object)]]
          : [],
      ),
    );
    return waiting.flatMap(([path, object]) => {
      const { timeout, interval, retryInterval } = timesOf(object);
      const outer = folders.get(path.slice(0, path.lastIndexOf('/')));
      // The root waits for nobody: each folder tells of itself.
      const fits = object.kind === 'Kustomization' && isOfHome(object) ? true : timeout < (outer?.timeout ?? 0);
      return fits && timeout > 0 && retryInterval < interval && timeout < interval ? [] : [path];
    });
  },

  'Flux sets right what was changed by hand in releases, and never touches their volumes': (tree) =>
    [...objectsOf(tree)].flatMap(([path, object]) => {
      if (object.kind !== 'HelmRelease') return [];
      const { driftDetection } = object['spec'] as { driftDetection?: unknown };
      const right = { mode: 'enabled', ignore: [{ target: { kind: 'PersistentVolumeClaim' }, paths: [''] }] };
      return isDeepStrictEqual(driftDetection, right) ? [] : [path];
    }),

  'a board that is away stops no release for good, nor what depends on it': (tree) =>
    [...objectsOf(tree)].flatMap(([path, object]) => {
      if (object.kind !== 'HelmRelease') return [];
      const { install, upgrade } = object['spec'] as { install: object; upgrade: object };
      const retries = { crds: 'CreateReplace', strategy: { name: 'RetryOnFailure' } };
      const waits = {
        ...retries,
        ...(withDaemonSet.has(object.metadata.name) && { disableWait: true }),
        // Its hook waits for all boards.
        ...(object.metadata.name === 'longhorn' && { disableHooks: true }),
      };
      return isDeepStrictEqual([install, upgrade], [retries, waits]) ? [] : [path];
    }),
};

/** Releases whose charts have a DaemonSet (their templates): the chart's own kinds are not in the tree. */
const withDaemonSet = new Set(['kube-prometheus-stack', 'log-collector', 'longhorn', 'traefik']);

/** Seconds of a duration of Flux: `1h`, `2m`. */
function seconds(duration: string): number {
  const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };
  return [...duration.matchAll(/(\d+)([smh])/g)].reduce(
    (sum, [, number, unit]) => sum + Number(number) * (units[unit ?? ''] ?? Number.NaN),
    0,
  );
}

/** How long Flux waits for an object, and when it looks at it again; `5m` is the default between retries of a release. */
function timesOf({ spec }: KubernetesObject) {
  const { timeout = '', interval = '', retryInterval = '5m' } = spec as Readonly<Record<string, string | undefined>>;
  return { timeout: seconds(timeout), interval: seconds(interval), retryInterval: seconds(retryInterval) };
}
