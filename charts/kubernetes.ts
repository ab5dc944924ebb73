import { App, Chart } from 'cdk8s';
import type { Model, Namespace } from '../model/model.ts';
import { type Tree, TreeBuilder } from '../tree/tree.ts';
import { toYaml } from '../tree/yaml.ts';
import { capabilities } from './capabilities.ts';
import { addNetworkPolicies } from './flows.ts';
import { buildCluster, clusterPath } from './flux/chart.ts';
import { type Folder, folderName, folderPath } from './folder.ts';
import { kustomization } from './kustomization.ts';
import { policyFolder } from './policy-folder.ts';

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
    const own = model.namespaces.filter((namespace) => isFolderOf(namespace, path)).map(({ name }) => name);
    const secrets = model.encryptedSecrets.filter(({ namespace }) => own.includes(namespace));
    for (const { name, text } of secrets) tree.add(`${path}/secret-${name}.yaml`, text);
    const all = [...files, ...secrets.map(({ name }) => `secret-${name}.yaml`)];
    tree.add(`${path}/kustomization.yaml`, toYaml(kustomization(all)));
  }
  return tree.build();
}

/** Whether the folder is the one of a namespace: all that needs the namespace comes after it. */
function isFolderOf({ capability }: Namespace, path: string): boolean {
  return path === folderPath({ layer: 'controllers', capability });
}

/** Every folder comes after that with the priority classes. */
function afterPolicy(folder: Folder): Folder {
  const policy = folderPath(policyFolder);
  const { dependsOn = [] } = folder;
  return dependsOn.length > 0 || folderPath(folder) === policy ? folder : { ...folder, dependsOn: [policy] };
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
  const folders = capabilities.flatMap((capability) => capability(model)).map(afterPolicy);
  const folderChart = (path: string, namespace: string | undefined, build: Folder['build']): FolderChart => {
    const chart = new Chart(app ?? new App(), folderName(path), namespace === undefined ? {} : { namespace });
    build(chart);
    for (const one of model.namespaces) if (isFolderOf(one, path)) addNetworkPolicies(chart, model.flows, one);
    return { path, chart };
  };
  return [
    folderChart(clusterPath(model), model.git.namespace, (chart) => buildCluster(chart, model, folders)),
    ...folders.map((folder) => folderChart(folderPath(folder), folder.namespace, folder.build)),
  ];
}
