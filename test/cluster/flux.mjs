// What Flux does with a home over its life: real kustomize-controller and API server (kustomize-controller.mjs says what is
// played).
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { withCluster } from '../tools/cluster.mjs';
import { root, synth } from '../tools/homes.mjs';
import {
  checks,
  clusterIdentity,
  expectations,
  fluxRelease,
  kustomizationKind,
  kustomizationsOf,
  noSuchImage,
  standIns,
  startFlux,
} from '../tools/kustomize-controller.mjs';
import { succeed } from '../tools/process.mjs';
import { newFolder } from '../tools/scratch.mjs';

/** What Longhorn is on Kubernetes, as kubectl names the kinds. */
const kept = [
  'helmrelease.helm.toolkit.fluxcd.io',
  'helmrepository.source.toolkit.fluxcd.io',
  'recurringjob.longhorn.io',
];

/** What the home has that no commit brought: nobody may lose it. */
const data = (namespace) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data-of-the-home', namespace },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
});

/**
 * A home from its first commit to the undo of bad ones, in a repository of Git:
 * - each folder is applied after those that it depends on, and all become ready;
 * - what was changed by hand is set right, and what is suspended as the README says stays as it is;
 * - a capability that is turned off goes, and its namespace with what is in it stays; of Longhorn, whose volumes run on,
 *   all stays;
 * - a bad commit is told where it stands, and what ran goes on; `git revert` heals the home, also while Flux waits for
 *   what will never be well.
 * @param {import('../tools/homes.mjs').Home} home the full household
 */
export async function fluxKeepsAHome({ config, dist }) {
  console.log(`       ${standIns}`);
  const { repository, tree, git, commit } = await newRepository();
  const copy = (from) => {
    rmSync(tree, { recursive: true, force: true });
    cpSync(join(from, 'kubernetes'), tree, { recursive: true });
  };
  copy(dist);
  await commit('the home');
  const identity = await clusterIdentity(join(dirname(config), 'secrets'));
  const less = newFolder('less');
  await synth(join(root, 'test/households/less.ts'), join(less, 'dist'));
  return withCluster(async (cluster) => {
    const flux = await startFlux(cluster, tree, identity);
    /** @param suspended names of Kustomizations that are left alone */
    const push = ({ errors = new Map(), suspended = [] } = {}) => {
      const expected = expectations(kustomizationsOf(tree), repository, errors);
      for (const name of suspended) expected[name] = undefined;
      return flux.push(repository, expected);
    };
    /** A commit that Flux tells of. */
    const breakIt = async (files, errors, more) => {
      for (const [file, text] of files) writeFileSync(file, text);
      await commit('a bad one');
      await push({ errors: new Map(errors.map(([file, error]) => [dirname(file), error])), ...more });
      if ((await cluster.kubectl(...deployments)) !== all) throw new Error('a bad commit took a Deployment away');
    };
    const undoIt = async () => {
      await git('revert', '--no-edit', 'HEAD');
      return push();
    };

    const first = await push();
    await comesInOrder(cluster);
    await keepsItself(cluster);

    const deployments = ['get', 'deployments', '--namespace=dnas', '--output=name'];
    const all = await cluster.kubectl(...deployments);
    if (all.trim() === '') throw new Error('the home has no Deployment of dnas');
    const scale = (one, replicas) => cluster.kubectl('scale', one, '--namespace=dnas', `--replicas=${replicas}`);
    const has = async (one, replicas) => {
      const { spec } = await cluster.get(one, '--namespace=dnas');
      if (spec.replicas !== replicas) throw new Error(`${one} has ${spec.replicas} replicas, not ${replicas}`);
    };
    const [byHand, suspended] = ['deployment.apps/dnas-alder', 'deployment.apps/dnas-birch'];
    await scale(byHand, 0);
    await push();
    await has(byHand, 1);

    await cluster.apply([data('dnas')]);
    await suspend(cluster, 'apps-dnas-birch', true);
    await scale(suspended, 0);
    const manifest = join(tree, 'apps/dnas/alder/deployment-dnas-alder.yaml');
    const list = join(tree, 'controllers/portainer/kustomization.yaml');
    const [good, goodList] = [manifest, list].map((file) => readFileSync(file, 'utf8'));
    await breakIt(
      [
        [manifest, good.replace('replicas: 1', 'replicas: -1')],
        [list, `${goodList}  - no-such-file.yaml\n`],
      ],
      [
        [manifest, /must be greater than or equal to 0/],
        [list, /no-such-file\.yaml/],
      ],
      { suspended: ['apps-dnas-birch'] },
    );
    await has(suspended, 0);
    await suspend(cluster, 'apps-dnas-birch', false);
    const undo = await undoIt();
    await has(suspended, 1);
    if (readFileSync(manifest, 'utf8') !== good) throw new Error('the undo of a commit left something of it');

    // The API server takes it, and its pods never run: Flux waits for them, for up to 20 minutes. A release is not ready
    // either.
    const noImage = good.replace(/image: .*/, `image: ${noSuchImage}`);
    const release = join(tree, 'controllers/logs/helmrelease-logs.yaml');
    const logs = readFileSync(release, 'utf8').replace('fullnameOverride: logs', `fullnameOverride: ${noSuchImage}`);
    await breakIt(
      [
        [manifest, noImage],
        [release, logs],
      ],
      [
        [manifest, checks],
        // Alerts, which stand beside the logs, go on.
        [release, checks],
      ],
    );
    const early = await undoIt();

    const keeps = [...kept, 'secrets', 'networkpolicies'].join();
    const ofLonghorn = () => cluster.kubectl('get', keeps, '--namespace=longhorn-system', '--output=name');
    const before = await ofLonghorn();
    const unseen = [...kept, 'secret/longhorn-backup', 'default-deny'].filter((one) => !before.includes(one));
    if (unseen.length > 0) throw new Error(`of Longhorn, there is no ${unseen}`);
    copy(join(less, 'dist'));
    await commit('no shares, no Longhorn');
    await push();
    const after = await ofLonghorn();
    if (after !== before) throw new Error(`Longhorn is off, and of\n${before}there is only\n${after}`);
    const left = await cluster.kubectl('get', 'deployments,services,configmaps', '--namespace=dnas', '--output=name');
    const leftOver = left.split('\n').filter((line) => line !== '' && line !== 'configmap/kube-root-ca.crt');
    if (leftOver.length > 0) throw new Error(`dnas is off, and is still there: ${leftOver.join(', ')}`);
    await cluster.get('persistentvolumeclaim', 'data-of-the-home', '--namespace=dnas');

    const again = await undoIt();
    if ((await cluster.kubectl(...deployments)) !== all) throw new Error('dnas did not come back');
    const seconds = {
      'ready after': first,
      'undo of a bad commit': undo,
      'while Flux waits': early,
      'a capability back': again,
    };
    return Object.entries(seconds)
      .map(([what, took]) => `${what} ${took.toFixed(1)} s`)
      .join(', ');
  });
}

/** The repository of a home, which is still empty. */
async function newRepository() {
  const repository = newFolder('repository');
  const tree = join(repository, 'dist/kubernetes');
  mkdirSync(tree, { recursive: true });
  const author = ['-c', 'user.name=Alice', '-c', 'user.email=alice@example.org', '-c', 'commit.gpgSign=false'];
  const git = (...args) => succeed('git', [...author, '-C', repository, ...args]);
  await git('init', '--quiet');
  const commit = async (message) => {
    await git('add', '--all', 'dist');
    await git('commit', '--quiet', `--message=${message}`);
  };
  return { repository, tree, git, commit };
}

/** Lets Flux leave a folder alone, or not. What kubectl writes by its own name, Flux takes back. */
function suspend(cluster, name, suspended) {
  const patch = JSON.stringify({ spec: { suspend: suspended } });
  const who = '--field-manager=flux-client-side-apply';
  return cluster.kubectl(
    'patch',
    kustomizationKind,
    name,
    '--namespace=flux-system',
    '--type=merge',
    who,
    `--patch=${patch}`,
  );
}

/** Flux applies its own release, without what a home does not use, and leaves the namespace alone. */
async function keepsItself(cluster) {
  const { items } = await cluster.get('serviceaccounts', '--namespace=flux-system');
  const names = items.map(({ metadata }) => metadata.name);
  const missing = fluxRelease.used.filter((name) => !names.includes(name));
  const tooMany = fluxRelease.unused.filter((name) => names.includes(name));
  if (missing.length + tooMany.length > 0) throw new Error(`of Flux, there is ${names.join(', ')}`);
  const undoesAtOnce = '--feature-gates=CancelHealthCheckOnNewRevision=true';
  for (const [name, ours] of Object.entries({
    'kustomize-controller': ['--requeue-dependency=5s', undoesAtOnce],
    'helm-controller': [undoesAtOnce],
  })) {
    const controller = await cluster.get('deployment', name, '--namespace=flux-system');
    const [{ args }] = controller.spec.template.spec.containers;
    const wanted = ['--log-encoding=json', ...ours];
    if (!isDeepStrictEqual(args, wanted)) throw new Error(`${name} gets ${args}, not ${wanted}`);
  }
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
