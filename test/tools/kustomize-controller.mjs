// Flux's own kustomize-controller at work on a tree, in a real API server.
//
// What cannot be had, or would need boards, is played here, by writing the status that it would write:
// - source-controller: the tree is served over HTTP as an archive, in the layout of the home's repository. That Flux
//   can clone the repository, and what it leaves out of it, is not shown.
// - the release of Flux in a registry: a few objects of its kinds.
// - source-controller and helm-controller on charts: a HelmRepository and a HelmRelease are ready as soon as they are
//   there. That a chart takes our values is not shown.
// - the deployment controller: a Deployment is available as soon as it is there, unless it has `noSuchImage`. That its pods
//   run is not shown.
// - what makes volumes: a claim is bound as soon as it is there.
// All else is what a home has: the objects of the tree as they are, with their order, waits and decryption.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { basename, join } from 'node:path';
import { load } from 'js-yaml';
import { upstreamCrds } from './crds.mjs';
import { root } from './homes.mjs';
import { tool } from './install.mjs';
import { objectFiles } from './objects.mjs';
import { succeed } from './process.mjs';
import { newFolder } from './scratch.mjs';
import { sources } from './sources.mjs';

/** What is played here, in one line for who reads the output of a test. */
export const standIns = 'stand-ins of this test: source-controller, helm-controller, deployment controller';

/** Opens the Secrets of our homes; a home of the real world refuses it. */
export const throwAwayIdentity = join(root, 'test/throw-away.agekey');

export const kustomizationKind = 'Kustomization.kustomize.toolkit.fluxcd.io';

/** An image that no board can have: what runs it is never available. */
export const noSuchImage = 'registry.example.org/no-such-image:1.0.0';

/** What a Kustomization is when nothing is wrong with it. */
export const ready = 'ready';
/** What a Kustomization is while it waits for the health of what it has applied. */
export const checks = 'checks';
/** What a Kustomization is while one that it depends on is not ready. */
export const waits = 'waits';

let ours;

/** What homecloud reads and writes secrets with. */
export function secretFiles() {
  const files = ['age', 'ansible-vault', 'kubernetes-secret', 'sops'];
  ours ??= sources(files.map((file) => `secret-files/${file}.ts`));
  return ours;
}

/** The identity that the boards bring into the cluster. */
export async function clusterIdentity(folder) {
  const { decryptVault, decryptWithIdentities, parseIdentityFile } = await secretFiles();
  const identities = await parseIdentityFile(readFileSync(throwAwayIdentity, 'utf8'));
  const password = await decryptWithIdentities(readFileSync(join(folder, 'vault-password.age'), 'utf8'), identities);
  const variables = decryptVault(
    readFileSync(join(folder, 'boards.vault.yml')),
    Buffer.from(password).toString().trim(),
  );
  return load(variables.toString()).vault_flux_identity;
}

/**
 * @typedef {object} Flux
 * @property {(identity: string) => Promise<unknown>} giveIdentity what Flux decrypts with from now on
 * @property {(repository: string, expected: Record<string, string | RegExp>) => Promise<number>} push a commit with the
 *   files of a folder; waits until each Kustomization has come to what is expected of it, `ready`, `checks`, `waits`, or an
 *   error, and until no other is left. Gives the seconds that it took
 */

/** The objects of a kind in the folder of a tree that Flux starts with. */
function ofCluster(tree, kind) {
  const [folder, ...more] = readdirSync(join(tree, 'clusters')).map((name) => join(tree, 'clusters', name));
  if (folder === undefined || more.length > 0) throw new Error(`${tree}/clusters does not have one home`);
  return objectFiles(folder)
    .map((file) => load(readFileSync(file, 'utf8')))
    .filter((object) => object.kind === kind);
}

/** The Kustomizations of a tree. */
export function kustomizationsOf(tree) {
  return ofCluster(tree, 'Kustomization');
}

/**
 * Starts Flux as the README does, on the source and the root of a tree.
 * @param {import('./cluster.mjs').Cluster} cluster
 * @param {string} tree
 * @param {string} identity
 * @param {readonly string[]} [args] options of kustomize-controller besides those of the tree, @default it looks at
 *   dependencies each second
 * @returns {Promise<Flux>}
 */
export async function startFlux(cluster, tree, identity, args = ['--requeue-dependency=1s']) {
  const controller = join(await tool('kustomize-controller'), 'kustomize-controller');
  const [source] = ofCluster(tree, 'GitRepository');
  const home = kustomizationsOf(tree).find(({ spec }) => /\/clusters\/[^/]+$/.test(spec.path));
  const { namespace } = home.metadata;

  await cluster.apply(await upstreamCrds());
  await cluster.kubectl('wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s');
  await cluster.apply(ofCluster(tree, 'Namespace'));
  const giveIdentity = (text) =>
    cluster.apply([
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: home.spec.decryption.secretRef.name, namespace },
        stringData: { 'age.agekey': text },
      },
    ]);
  await giveIdentity(identity);
  await cluster.apply([source, home]);
  cluster.start(
    controller,
    // As Flux installs it, but that nobody reads its metrics, and that it does not ask whether another is at work: that
    // takes a pod.
    [...argumentsOf(tree), ...args, '--metrics-addr=0', '--health-addr=0'],
    { RUNTIME_NAMESPACE: namespace },
  );

  const release = await serveRelease(namespace);
  let commits = 0;
  // Of the last commit. It keeps no run from its end.
  let served = { close: () => {} };
  return {
    giveIdentity,
    async push(repository, expected) {
      commits += 1;
      // Two commits with the same files are two commits.
      writeFileSync(join(repository, 'commit'), `${commits}\n`);
      const archive = join(newFolder('archive'), 'archive.tar.gz');
      const files = ['--create', '--gzip', `--file=${archive}`, `--directory=${repository}`, '--exclude=./.git', '.'];
      await succeed('tar', files);
      const server = await serve(archive);
      const start = performance.now();
      const revision = await playSourceController(cluster, source, archive, server.url);
      // Until then who was suspended can still fetch the commit before.
      served.close();
      served = server;
      let found = {};
      const kinds = [kustomizationKind, ociRepository, ...Object.keys(stoodIn)].join();
      const isSettled = async () => {
        const { items } = await cluster.get(kinds, '--all-namespaces');
        await playControllers(cluster, items, release);
        found = verdicts(items, revision);
        return meets(found, expected);
      };
      await cluster.until(120, 'Flux has applied a commit', isSettled).catch((error) => {
        const names = [...new Set([...Object.keys(expected), ...Object.keys(found)])];
        const lines = names.map((name) => `${name}: ${found[name]}, expected: ${expected[name]}`);
        throw new Error([...lines, error.message].join('\n'));
      });
      return (performance.now() - start) / 1000;
    },
  };
}

const ociRepository = 'OCIRepository.source.toolkit.fluxcd.io';

/** What the tree starts kustomize-controller with, besides what its makers do. */
function argumentsOf(tree) {
  const { spec } = load(readFileSync(join(tree, 'controllers/flux/kustomization-flux.yaml'), 'utf8'));
  return spec.patches
    .filter(({ target }) => target.kind === 'Deployment' && target.name === 'kustomize-controller')
    .flatMap(({ patch }) => load(patch).map(({ value }) => value));
}

/** What a home uses of a release of Flux, and what it leaves out. */
export const fluxRelease = {
  used: ['source-controller', 'kustomize-controller', 'helm-controller'],
  unused: ['image-automation-controller', 'image-reflector-controller'],
};

/** Stand-in for the release of Flux in a registry: its namespace, and a service account and a Deployment for each controller. */
async function serveRelease(namespace) {
  const labels = (component) => ({ 'app.kubernetes.io/part-of': 'flux', 'app.kubernetes.io/component': component });
  const objects = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: { ofRelease: 'true' } } },
    ...Object.values(fluxRelease)
      .flat()
      .flatMap((name) => {
        const metadata = { name, namespace, labels: labels(name) };
        const containers = [{ name: 'manager', image: `stand-in/${name}`, args: ['--log-encoding=json'] }];
        const template = { metadata: { labels: { app: name } }, spec: { containers } };
        return [
          { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
          {
            apiVersion: 'apps/v1',
            kind: 'Deployment',
            metadata,
            spec: { selector: { matchLabels: { app: name } }, template },
          },
        ];
      }),
  ];
  const folder = newFolder('release');
  writeFileSync(join(folder, 'gotk-components.yaml'), objects.map((object) => JSON.stringify(object)).join('\n---\n'));
  const archive = join(newFolder('archive'), 'release.tar.gz');
  await succeed('tar', ['--create', '--gzip', `--file=${archive}`, `--directory=${folder}`, '.']);
  const { url } = await serve(archive);
  return artifactOf(archive, url, (digest) => `release@${digest}`);
}

/** Serves one file over HTTP on the loopback. */
async function serve(file) {
  const content = readFileSync(file);
  // It keeps no run from its end.
  const server = createServer((_, response) => response.end(content)).unref();
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', () => resolve()));
  return {
    url: `http://127.0.0.1:${server.address().port}/${basename(file)}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/**
 * Stand-in for source-controller: says in the status of a GitRepository that a commit was fetched, and where its
 * archive is.
 * @returns {Promise<string>} the revision
 */
async function playSourceController(cluster, { kind, metadata, spec }, archive, url) {
  const artifact = artifactOf(archive, url, (digest) => `${spec.ref.branch}@${digest}`);
  const { revision } = artifact;
  const fetched = await cluster.get(kind, metadata.name, `--namespace=${metadata.namespace}`);
  await writeStatus(cluster, fetched, { artifact, conditions: [condition('Ready')] });
  return revision;
}

/** What source-controller says of what it has fetched. */
function artifactOf(archive, url, revision) {
  const content = readFileSync(archive);
  const hash = (algorithm) => `${algorithm}:${createHash(algorithm).update(content).digest('hex')}`;
  return {
    url,
    path: basename(archive),
    revision: revision(hash('sha1')),
    digest: hash('sha256'),
    size: content.length,
    lastUpdateTime: now(),
  };
}

/** Stand-ins for the controllers that are not here: what each makes of an object that it has done its work on. */
const stoodIn = {
  'HelmRepository.source.toolkit.fluxcd.io': () => ({ conditions: [condition('Ready')] }),
  'HelmRelease.helm.toolkit.fluxcd.io': () => ({ conditions: [condition('Ready')] }),
  'PersistentVolumeClaim.v1.': () => ({ phase: 'Bound' }),
  'Deployment.apps': ({ spec: { replicas } }) => ({
    replicas,
    updatedReplicas: replicas,
    readyReplicas: replicas,
    availableReplicas: replicas,
    conditions: [condition('Available'), condition('Progressing', 'NewReplicaSetAvailable')],
  }),
};

/** Writes the status of each object whose last change its stand-in has not seen. */
async function playControllers(cluster, objects, release) {
  const all = { ...stoodIn, [ociRepository]: () => ({ artifact: release, conditions: [condition('Ready')] }) };
  for (const object of objects) {
    const statusOf = all[typeOf(object)];
    const { generation } = object.metadata;
    const { observedGeneration, phase } = object.status ?? {};
    // Claims have no generation.
    const isSeen = generation === undefined ? phase === 'Bound' : observedGeneration === generation;
    const isPlayed = statusOf && !isSeen && !JSON.stringify(object.spec).includes(noSuchImage);
    if (isPlayed) await writeStatus(cluster, object, statusOf(object));
  }
}

/** As kubectl names a kind: without its version, but for the kinds without a group. */
function typeOf({ kind, apiVersion }) {
  const [group, version] = apiVersion.split('/');
  return version === undefined ? `${kind}.${group}.` : `${kind}.${group}`;
}

function writeStatus(cluster, { kind, apiVersion, metadata }, status) {
  const [group, version] = apiVersion.split('/');
  const type = version === undefined ? `${kind}.${group}.` : `${kind}.${version}.${group}`;
  const seen = version === undefined ? {} : { observedGeneration: metadata.generation };
  const patch = JSON.stringify({ status: { ...seen, ...status } });
  const at = [`--namespace=${metadata.namespace}`, type, metadata.name];
  return cluster.kubectl('patch', ...at, '--subresource=status', '--type=merge', `--patch=${patch}`);
}

function condition(type, reason = 'StandIn') {
  const message = 'written by the stand-in of a test';
  return { type, status: 'True', reason, message, lastTransitionTime: now() };
}

/** As Kubernetes writes it, without milliseconds. */
function now() {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}

/**
 * What has become of each Kustomization: `ready`, `checks`, `waits`, what is wrong, or undefined while it is at work.
 * @returns {Record<string, string | undefined>}
 */
function verdicts(objects, revision) {
  // That of Flux itself has another revision.
  const kustomizations = objects.filter(
    ({ kind, spec }) => kind === 'Kustomization' && spec.sourceRef.kind === 'GitRepository',
  );
  return Object.fromEntries(
    kustomizations.map(({ metadata, status = {} }) => {
      const { status: isReady, reason, message } = status.conditions?.find(({ type }) => type === 'Ready') ?? {};
      const { message: doing = '' } = status.conditions?.find(({ type }) => type === 'Reconciling') ?? {};
      if (doing.startsWith(`Running health checks for revision ${revision} `)) return [metadata.name, checks];
      if (isReady === 'True') return [metadata.name, status.lastAppliedRevision === revision ? ready : undefined];
      if (reason === 'DependencyNotReady') return [metadata.name, waits];
      const failed = isReady === 'False' && status.lastAttemptedRevision === revision;
      // Flux writes a whole object there, values of Secrets included, when kustomize cannot print it.
      return [
        metadata.name,
        failed ? `${reason}: ${message.replace(/map\[string\].*?(: yaml.*)?$/s, '…$1')}` : undefined,
      ];
    }),
  );
}

/**
 * Whether all is as expected.
 * @returns {true | undefined} undefined while it can still come to that
 * @throws when one failed that should not: Flux tries again only after the `retryInterval`
 */
function meets(found, expected) {
  const failed = Object.entries(found).find(
    ([name, verdict]) => ![ready, checks, waits, undefined].includes(verdict) && !fits(verdict, expected[name]),
  );
  if (failed) throw new Error(`${failed[0]} failed`);
  const names = new Set([...Object.keys(found), ...Object.keys(expected)]);
  return [...names].every((name) => fits(found[name], expected[name])) || undefined;
}

function fits(verdict, expected) {
  return expected instanceof RegExp ? verdict !== undefined && expected.test(verdict) : verdict === expected;
}

/**
 * What each Kustomization comes to when some folders are wrong: who depends on those waits, all others are ready.
 * @param {object[]} kustomizations
 * @param {string} repository
 * @param {Map<string, RegExp | string>} errors by folder
 */
export function expectations(kustomizations, repository, errors) {
  const byName = new Map(kustomizations.map((one) => [one.metadata.name, one]));
  const expected = ({ spec }) => {
    const dependencies = (spec.dependsOn ?? []).map(({ name }) => expected(byName.get(name)));
    // It is not even looked at before.
    if (dependencies.some((one) => one !== ready)) return waits;
    return errors.get(join(repository, spec.path)) ?? ready;
  };
  return Object.fromEntries(kustomizations.map((one) => [one.metadata.name, expected(one)]));
}
