// What Flux does with a home over its life: real kustomize-controller and API server (kustomize-controller.mjs says what is
// played).
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { withCluster } from '../tools/cluster.mjs';
import { root, synth } from '../tools/homes.mjs';
import {
  clusterIdentity,
  expectations,
  fluxRelease,
  kustomizationKind,
  kustomizationsOf,
  standIns,
  startFlux,
} from '../tools/kustomize-controller.mjs';
import { newFolder } from '../tools/scratch.mjs';

/** What the home has that no commit brought: nobody may lose it. */
const data = (namespace) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data-of-the-home', namespace },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
});

/**
 * A home from its first commit to the undo of a bad one:
 * - each folder is applied after those that it depends on, and all become ready;
 * - what was changed by hand is set right;
 * - a capability that is turned off goes, and its namespace with what is in it stays;
 * - a bad commit is told where it stands, and what ran goes on; taking it back heals the home.
 * @param {import('../tools/homes.mjs').Home} home the full household
 */
export async function fluxKeepsAHome({ config, dist }) {
  console.log(`       ${standIns}`);
  const repository = newFolder('repository');
  const tree = join(repository, 'dist/kubernetes');
  const commit = (from) => {
    rmSync(tree, { recursive: true, force: true });
    cpSync(join(from, 'kubernetes'), tree, { recursive: true });
  };
  commit(dist);
  const identity = await clusterIdentity(join(dirname(config), 'secrets'));
  const without = newFolder('without-shares');
  await synth(join(root, 'test/households/without-shares.ts'), join(without, 'dist'));
  return withCluster(async (cluster) => {
    const flux = await startFlux(cluster, tree, identity);
    const push = (errors = new Map()) =>
      flux.push(repository, expectations(kustomizationsOf(tree), repository, errors));

    const first = await push();
    await comesInOrder(cluster);
    await keepsItself(cluster);

    const deployments = ['get', 'deployments', '--namespace=dnas', '--output=name'];
    const all = await cluster.kubectl(...deployments);
    if (all.trim() === '') throw new Error('the home has no Deployment of dnas');
    const [one] = all.split('\n');
    await cluster.kubectl('scale', one, '--namespace=dnas', '--replicas=0');
    await push();
    const { spec } = await cluster.get(one, '--namespace=dnas');
    if (spec.replicas !== 1) throw new Error(`${one} still has ${spec.replicas} replicas, as somebody set it by hand`);

    await cluster.apply([data('dnas')]);
    const manifest = join(tree, 'apps/dnas/alder/deployment-dnas-alder.yaml');
    const good = readFileSync(manifest, 'utf8');
    writeFileSync(manifest, good.replace('replicas: 1', 'replicas: -1'));
    await push(new Map([[dirname(manifest), /must be greater than or equal to 0/]]));
    if ((await cluster.kubectl(...deployments)) !== all) throw new Error('a bad commit took a Deployment away');
    const text = join(tree, 'controllers/dnas/kustomization.yaml');
    const list = readFileSync(text, 'utf8');
    writeFileSync(text, `${list}  - no-such-file.yaml\n`);
    writeFileSync(manifest, good);
    await push(new Map([[dirname(text), /no-such-file\.yaml/]]));
    if ((await cluster.kubectl(...deployments)) !== all) throw new Error('a bad commit took a Deployment away');
    writeFileSync(text, list);
    const undo = await push();

    commit(join(without, 'dist'));
    await push();
    const left = await cluster.kubectl('get', 'deployments,services,configmaps', '--namespace=dnas', '--output=name');
    const leftOver = left.split('\n').filter((line) => line !== '' && line !== 'configmap/kube-root-ca.crt');
    if (leftOver.length > 0) throw new Error(`dnas is off, and is still there: ${leftOver.join(', ')}`);
    await cluster.get('persistentvolumeclaim', 'data-of-the-home', '--namespace=dnas');

    commit(dist);
    const again = await push();
    if ((await cluster.kubectl(...deployments)) !== all) throw new Error('dnas did not come back');
    const seconds = { 'ready after': first, 'undo of a bad commit': undo, 'a capability back': again };
    return Object.entries(seconds)
      .map(([what, took]) => `${what} ${took.toFixed(1)} s`)
      .join(', ');
  });
}

/** Flux applies its own release, without what a home does not use, and leaves the namespace alone. */
async function keepsItself(cluster) {
  const { items } = await cluster.get('serviceaccounts', '--namespace=flux-system');
  const names = items.map(({ metadata }) => metadata.name);
  const missing = fluxRelease.used.filter((name) => !names.includes(name));
  const tooMany = fluxRelease.unused.filter((name) => names.includes(name));
  if (missing.length + tooMany.length > 0) throw new Error(`of Flux, there is ${names.join(', ')}`);
  const controller = await cluster.get('deployment', 'kustomize-controller', '--namespace=flux-system');
  const [{ args }] = controller.spec.template.spec.containers;
  const wanted = ['--log-encoding=json', '--requeue-dependency=5s'];
  if (!isDeepStrictEqual(args, wanted)) throw new Error(`kustomize-controller gets ${args}, not ${wanted}`);
  const { metadata } = await cluster.get('namespace', 'flux-system');
  if (metadata.labels.ofRelease !== undefined) throw new Error('the release of Flux has the namespace of Flux');
}

/** Each Kustomization became ready after those that it depends on. */
async function comesInOrder(cluster) {
  const { items } = await cluster.get(kustomizationKind, '--all-namespaces');
  const at = new Map(
    items.map(({ metadata, status }) => [
      metadata.name,
      status.conditions.find(({ type }) => type === 'Ready').lastTransitionTime,
    ]),
  );
  const pairs = items.flatMap(({ metadata, spec }) =>
    (spec.dependsOn ?? []).map(({ name }) => ({ before: name, after: metadata.name })),
  );
  if (pairs.length === 0) throw new Error('no Kustomization depends on another');
  const wrong = pairs.filter(({ before, after }) => at.get(after) < at.get(before));
  if (wrong.length > 0) throw new Error(wrong.map(({ before, after }) => `${after} before ${before}`).join('\n'));
}
