import { containersOf, type KubernetesObject, objectsOf, podSpec, walk } from '../objects.ts';
import type { Laws } from './law.ts';

export const podLaws: Laws = {
  'law 8: every container has requests and a memory limit': (tree) =>
    [...objectsOf(tree)].flatMap(([path, object]) =>
      containersOf(object).flatMap(({ name, resources }) =>
        resources?.requests?.['cpu'] && resources.requests['memory'] && resources.limits?.['memory']
          ? []
          : [`${path}: ${name}`],
      ),
    ),

  'no disruption budget blocks a drain': (tree) =>
    [...objectsOf(tree)].flatMap(([path, object]) => {
      if (object.kind !== 'PodDisruptionBudget') return [];
      return (object['spec'] as { maxUnavailable?: number }).maxUnavailable === 1 ? [] : [path];
    }),

  'no capability carries the prefix CAP_, no image is pulled again': (tree) =>
    [...objectsOf(tree)].flatMap(([path, object]) =>
      [...walk(object)].flatMap(({ value }) =>
        typeof value === 'string' &&
        (/^CAP_/.test(value) || value === 'Always') &&
        object.kind === 'Deployment' &&
        !isRestartPolicy(object, value)
          ? [`${path}: ${value}`]
          : [],
      ),
    ),
};

function isRestartPolicy(object: KubernetesObject, value: string): boolean {
  const pull = [...walk(object)].filter(({ path }) => path.at(-1) === 'imagePullPolicy').map((entry) => entry.value);
  return value === 'Always' && podSpec(object).restartPolicy === 'Always' && !pull.includes('Always');
}
