// What Helm does with an own release of the home when it goes, in a real API server.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load, loadAll } from 'js-yaml';
import { withCluster } from '../tools/cluster.mjs';
import { tool } from '../tools/install.mjs';
import { succeed } from '../tools/process.mjs';

const namespace = 'app-forge';

/** What a chart makes that knows nothing of homecloud. */
const made = [
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { colour: 'green' } },
  {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'photos', labels: { app: 'forge' } },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  },
];

/**
 * A release that is taken away leaves the claims that its chart has made, and nothing else. The post-renderer of the
 * release is played by `kubectl kustomize`, which is what helm-controller has built in.
 * @param {import('../tools/homes.mjs').Home} home with the release forge
 */
export function releaseLeavesItsClaims({ dist }) {
  const file = join(dist, 'kubernetes/apps', namespace, 'helmrelease-forge.yaml');
  const { postRenderers } = load(readFileSync(file, 'utf8')).spec;
  const patches = postRenderers.flatMap(({ kustomize }) => kustomize.patches);
  return withCluster(async (cluster) => {
    const [settings] = made;
    const alone = await rendered(cluster, [settings], patches);
    if (alone.length !== 1 || alone[0].metadata.name !== 'settings') {
      throw new Error(`a chart without claims becomes ${JSON.stringify(alone)}`);
    }
    const left = await whatIsLeft(cluster, 'patched', await rendered(cluster, made, patches));
    if (`${left}` !== 'PersistentVolumeClaim photos') throw new Error(`the release left ${left}`);
    // Else that it stays would say nothing.
    const other = await whatIsLeft(cluster, 'plain', made);
    if (other.length > 0) throw new Error(`Helm leaves ${other} anyway`);
  });
}

/** What Kustomize makes of the objects of a chart. */
async function rendered({ folder }, objects, patches) {
  const place = join(folder, `rendered-${objects.length}`);
  mkdirSync(place);
  writeFileSync(join(place, 'objects.yaml'), objects.map((object) => JSON.stringify(object)).join('\n---\n'));
  writeFileSync(join(place, 'kustomization.yaml'), JSON.stringify({ resources: ['objects.yaml'], patches }));
  return loadAll((await succeed(join(await tool('kubectl'), 'kubectl'), ['kustomize', place])).stdout);
}

/** Installs objects as a release, takes it away, and looks what is there. @returns {Promise<string[]>} */
async function whatIsLeft({ folder, kubeconfig, kubectl, get }, name, objects) {
  await kubectl('create', 'namespace', name);
  const chart = join(folder, name);
  mkdirSync(join(chart, 'templates'), { recursive: true });
  writeFileSync(join(chart, 'Chart.yaml'), JSON.stringify({ apiVersion: 'v2', name, version: '1.0.0' }));
  for (const [index, object] of objects.entries()) {
    writeFileSync(join(chart, 'templates', `${index}.yaml`), JSON.stringify(object));
  }
  const helm = join(await tool('helm'), 'helm');
  const where = ['--namespace', name, '--kubeconfig', kubeconfig];
  const env = { ...process.env, HELM_CACHE_HOME: folder, HELM_CONFIG_HOME: folder, HELM_DATA_HOME: folder };
  await succeed(helm, ['install', name, chart, ...where], { env });
  // Nobody binds a volume here, and a claim that is deleted waits for nobody.
  await succeed(helm, ['uninstall', name, ...where, '--no-hooks'], { env });
  const { items } = await get('--namespace', name, 'configmap,persistentvolumeclaim');
  // A claim that goes waits for a controller, which is not there.
  const there = items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  return there.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
}
