import { App, Chart } from 'cdk8s';
import type { Model } from '../model/model.ts';
import { type Tree, TreeBuilder } from '../tree/tree.ts';
import { toYaml } from '../tree/yaml.ts';
import { capabilities } from './capabilities.ts';
import { buildCluster, clusterPath } from './flux/chart.ts';
import { type Folder, folderName, folderPath } from './folder.ts';
import { kustomization } from './kustomization.ts';

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

/** `dist/kubernetes`: all objects of the home, one per file, each folder with the kustomization that lists its files. */
export function kubernetes(model: Model): Tree {
  const tree = new TreeBuilder();
  for (const { path, chart } of kubernetesCharts(model)) {
    const files = (chart.toJson() as Manifest[]).map((object) => {
      const file = `${object.kind}-${object.metadata.name}.yaml`.toLowerCase();
      tree.add(`${path}/${file}`, toYaml(object));
      return file;
    });
    const secrets = model.encryptedSecrets.filter(({ namespace }) => secretsPath(model, namespace) === path);
    for (const { name, text } of secrets) tree.add(`${path}/secret-${name}.yaml`, text);
    const all = [...files, ...secrets.map(({ name }) => `secret-${name}.yaml`)];
    tree.add(`${path}/kustomization.yaml`, toYaml(kustomization(all)));
  }
  return tree.build();
}

/** Secrets stand beside their namespace: all that reads them comes after it. */
function secretsPath({ namespaces }: Model, namespace: string): string | undefined {
  const capability = namespaces.find(({ name }) => name === namespace)?.capability;
  return capability && folderPath({ layer: 'controllers', capability });
}

/** A chart and its folder below `dist/kubernetes`. */
export interface FolderChart {
  readonly path: string;
  readonly chart: Chart;
}

/**
 * The charts of a home, one per folder. Without `app`, each chart has an app of its own: `Chart.toJson` walks the
 * whole app of its chart, so that in one app many boards would cost their square.
 */
export function kubernetesCharts(model: Model, app?: App): FolderChart[] {
  const folders = capabilities.flatMap((capability) => capability(model));
  const folderChart = (path: string, namespace: string, build: Folder['build']): FolderChart => {
    const chart = new Chart(app ?? new App(), folderName(path), { namespace });
    build(chart);
    return { path, chart };
  };
  return [
    folderChart(clusterPath(model), model.git.namespace, (chart) => buildCluster(chart, model, folders)),
    ...folders.map((folder) => folderChart(folderPath(folder), folder.namespace, folder.build)),
  ];
}
