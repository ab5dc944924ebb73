import type { Tree } from '../../tree/tree.ts';
import { containersOf, type KubernetesObject, objectsOf } from '../objects.ts';
import type { Laws } from './law.ts';

export const pinLaws: Laws = {
  'law 4: every image and chart is a pin, at its version': (tree, model) => {
    const known = new Set(
      [
        ...Object.values(model.pins),
        ...model.apps.map(({ image }) => image),
        ...model.ownApps.flatMap(({ release }) => (release === null ? [] : [release.chart])),
      ].map(({ source, version, digest }) =>
        digest === undefined ? `${source}:${version}` : `${source}:${version}@${digest}`,
      ),
    );
    return [...objectsOf(tree)].flatMap(([path, object]) => [
      ...containersOf(object).flatMap(({ image }) =>
        known.has(image) || (isOwn(path) && /:\d[\w.-]*$/.test(image)) ? [] : [`${path}: ${image}`],
      ),
      ...chartsOf(object, tree).flatMap((chart) => (known.has(chart) ? [] : [`${path}: ${chart}`])),
    ]);
  },
};

/** Whether a file is an object of the admin's own, whose versions only its text says. */
function isOwn(path: string): boolean {
  return path.split('/')[2] === 'own';
}

function chartsOf(object: KubernetesObject, tree: Tree): string[] {
  if (object.kind !== 'HelmRelease') return [];
  const { chart } = object['spec'] as {
    chart: { spec: { chart: string; version: string; sourceRef: { name: string } } };
  };
  const repository = [...objectsOf(tree).values()].find(
    ({ kind, metadata }) => kind === 'HelmRepository' && metadata.name === chart.spec.sourceRef.name,
  );
  return [`${(repository?.['spec'] as { url: string } | undefined)?.url}#${chart.spec.chart}:${chart.spec.version}`];
}
