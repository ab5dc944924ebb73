import { App, Chart } from 'cdk8s';
import type { Model, Namespace } from '../model/model.ts';
import { fileNameOf, type KubernetesObject } from '../model/own-objects.ts';
import { adminNamespaces } from '../model/own-routes.ts';
import { ConfigError, type Problem } from '../model/problems.ts';
import { type Tree, TreeBuilder } from '../tree/tree.ts';
import { toYaml } from '../tree/yaml.ts';
import { capabilities } from './capabilities.ts';
import { addNetworkPolicies } from './flows.ts';
import { buildCluster, clusterPath } from './flux/chart.ts';
import { type Folder, folderName, folderPath } from './folder.ts';
import { kustomization } from './kustomization.ts';
import { ownFolders } from './own/folders.ts';
import { sharedIdentities } from './own/identities.ts';
import { patchesByFolder } from './own/patches.ts';
import { type NewScope, ownScope, renderOwn } from './own/render.ts';
import { policyFolder } from './policy-folder.ts';

/**
 * `dist/kubernetes`: all objects of the home, one per file, each folder with the kustomization that lists its files.
 * @param newScope makes the root of each chart of the admin, of the cdk8s that it is made with
 * @throws ConfigError with all that is wrong with the admin's patches and charts, which only their objects can tell
 */
export function kubernetes(model: Model, newScope: NewScope = ownScope): Tree {
  const own = ownFoldersOf(model, newScope);
  const paths = new Set(own.map(folderPath));
  const folders = chartsOf(model, own).map(({ path, chart }) => ({
    path,
    objects: chart.toJson() as KubernetesObject[],
  }));
  const problems: Problem[] = [];
  const report = (problem: Problem) => void problems.push(problem);
  for (const problem of sharedIdentities(model, folders, paths)) report(problem);
  const patches = patchesByFolder(
    model.own.patches,
    new Map(folders.map(({ path, objects }) => [path, objects])),
    adminNamespaces(model.namespaces),
    report,
  );
  if (problems.length > 0) throw new ConfigError(problems);

  const tree = new TreeBuilder();
  for (const { path, objects } of folders) {
    const files = objects.map((object) => {
      const file = fileNameOf(object);
      tree.add(`${path}/${file}`, toYaml(object));
      return file;
    });
    const namespaces = model.namespaces.filter((namespace) => isFolderOf(namespace, path)).map(({ name }) => name);
    const secrets = model.encryptedSecrets.filter(({ namespace }) => namespaces.includes(namespace));
    for (const { name, text } of secrets) tree.add(`${path}/secret-${name}.yaml`, text);
    const all = [...files, ...secrets.map(({ name }) => `secret-${name}.yaml`)];
    tree.add(`${path}/kustomization.yaml`, toYaml(kustomization(all, patches.get(path))));
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
 * @throws ConfigError with all that is wrong with the admin's charts
 */
export function kubernetesCharts(model: Model, app?: App): FolderChart[] {
  return chartsOf(model, ownFoldersOf(model, ownScope), app);
}

/**
 * The folders of the admin's own objects and charts.
 * @throws ConfigError with all that is wrong with them: two objects of one name would share a file
 */
function ownFoldersOf(model: Model, newScope: NewScope): Folder[] {
  const problems: Problem[] = [];
  const report = (problem: Problem) => void problems.push(problem);
  const own = ownFolders(model, renderOwn(model, newScope, report), report);
  if (problems.length > 0) throw new ConfigError(problems);
  return own;
}

function chartsOf(model: Model, own: readonly Folder[], app?: App): FolderChart[] {
  const folders = [...capabilities.flatMap((capability) => capability(model)).map(afterPolicy), ...own];
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
