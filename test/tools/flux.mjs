// Flux's own kustomize-controller applies a tree to a real API server, and decrypts its Secrets.
//
// What cannot be had, or would need boards, is played here, by writing the status that it would write:
// - source-controller: the tree is served over HTTP as an archive, in the layout of the home's repository. That Flux
//   can clone the repository, and what it leaves out of it, is not shown.
// - source-controller and helm-controller on charts: a HelmRepository and a HelmRelease are ready as soon as they are
//   there. That a chart takes our values is not shown.
// - the deployment controller: a Deployment is available as soon as it is there. That its pods run is not shown.
// All else is what a home has: the objects of the tree as they are, with their order, waits and decryption.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { basename, dirname, join } from 'node:path';
import { generateX25519Identity } from 'age-encryption';
import { load } from 'js-yaml';
import { withCluster } from './cluster.mjs';
import { upstreamCrds } from './crds.mjs';
import { root } from './homes.mjs';
import { tool } from './install.mjs';
import { kustomization, objectFiles } from './objects.mjs';
import { succeed } from './process.mjs';
import { newFolder } from './scratch.mjs';
import { sources } from './sources.mjs';

/** Opens the Secrets of our homes; a home of the real world refuses it. */
const throwAwayIdentity = join(root, 'test/throw-away.agekey');

const kustomizationKind = 'Kustomization.kustomize.toolkit.fluxcd.io';

/** What a Kustomization is when nothing is wrong with it. */
const ready = 'ready';
/** What a Kustomization is while one that it depends on is not ready. */
const waits = 'waits';

/** Values that YAML, kustomize or Flux could take for something else, by a key that they could, too. */
const hardValues = {
  1: '0644',
  1.5: '1e3',
  y: 'no',
  null: '~',
  true: '',
  '2026-11-24': '2026-11-24T10:20:30Z',
  '-': '- a: b # c',
  'tls.crt': '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n',
  newlines: '\n\na\r\n b\n\n',
  letters: 'gr\u00fc\u00dfe \u{1f389}',
  nextLine: 'a\u0085b',
  lineSeparator: 'a\u2028b',
  paragraphSeparator: 'a\u2029b',
  byteOrderMark: '\ufeffa',
  control: '\u0001\u001b\u007f',
  variable: `$\{HOME} $HOME $$ $(HOME)`,
  quotes: '"\'\\ {{ x }} !a &a *a',
  encrypted: 'ENC[AES256_GCM,data:x]',
  bytes: Uint8Array.from({ length: 256 }, (_, index) => index),
  long: '\u00e9'.repeat(200_000),
};

/**
 * Flux brings a home into the cluster with the identity that the boards get, each Secret with its values, and one more
 * that has hard values. It refuses a Secret that was changed and one that its identity does not open, and tells so
 * where it stands; the rest is applied, and what was there stays.
 *
 * A change is one of a value: Flux does not compare the MAC of the whole document, which tells of changes to what is
 * in clear (kustomize-controller, decryptor.go: checkSopsMac). Only `sops` does.
 * @param {import('./homes.mjs').Home} home
 */
export async function fluxDecrypts({ name, config, dist }) {
  console.log('       stand-ins of this test: source-controller, helm-controller, deployment controller');
  const repository = newFolder(`repository-${name}`);
  const tree = join(repository, 'dist/kubernetes');
  cpSync(join(dist, 'kubernetes'), tree, { recursive: true });
  const ofHome = await openSecrets(tree);
  if (ofHome.length === 0 && readsSecrets(tree)) throw new Error(`${tree} reads Secrets, but has none`);
  const identity = await clusterIdentity(join(dirname(config), 'secrets'));
  const secrets = [...ofHome, await addHardSecret(tree, identity)];

  await withCluster(async (cluster) => {
    const flux = await startFlux(cluster, tree, identity);
    const push = (files = [], error = undefined) => {
      const errors = new Map(files.map((file) => [dirname(file), error]));
      return flux.push(repository, expectations(flux.kustomizations, repository, errors));
    };
    await push();
    await compareSecrets(cluster, secrets);
    await compareInventories(cluster, flux.kustomizations, repository);

    const [{ file, text }] = secrets;
    writeFileSync(file, changed(text));
    await push([file], /decryption failed for .*message authentication failed/s);
    await compareSecrets(cluster, secrets);
    writeFileSync(file, text);

    await flux.giveIdentity(await generateX25519Identity());
    const encrypted = secrets.map((secret) => secret.file);
    await push(encrypted, /decryption failed for .*cannot get sops data key/s);
    await compareSecrets(cluster, secrets);

    await flux.giveIdentity(identity);
    await push();
  });
}

let ours;

/** What homecloud reads and writes secrets with. */
function secretFiles() {
  const files = ['age', 'ansible-vault', 'kubernetes-secret', 'sops'];
  ours ??= sources(files.map((file) => `secret-files/${file}.ts`));
  return ours;
}

/** The identity that the boards bring into the cluster. */
async function clusterIdentity(folder) {
  const { decryptVault, decryptWithIdentities, parseIdentityFile } = await secretFiles();
  const identities = await parseIdentityFile(readFileSync(throwAwayIdentity, 'utf8'));
  const password = await decryptWithIdentities(readFileSync(join(folder, 'vault-password.age'), 'utf8'), identities);
  const variables = decryptVault(
    readFileSync(join(folder, 'boards.vault.yml')),
    Buffer.from(password).toString().trim(),
  );
  return load(variables.toString()).vault_flux_identity;
}

/** Adds a Secret to the first folder of a tree that has its own namespace, as homecloud writes it. */
async function addHardSecret(tree, identity) {
  const { recipientOf, secretDocument, writeSops } = await secretFiles();
  const [namespaceFile] = objectFiles(join(tree, 'controllers')).filter((file) => /^namespace-/.test(basename(file)));
  const metadata = { name: 'hard-values', namespace: load(readFileSync(namespaceFile, 'utf8')).metadata.name };
  const document = secretDocument({ ...metadata, values: hardValues });
  const text = await writeSops(document, [await recipientOf(identity)], new Date());
  const file = join(dirname(namespaceFile), 'secret-hard-values.yaml');
  writeFileSync(file, text);
  const list = join(dirname(namespaceFile), kustomization);
  const { resources, ...rest } = load(readFileSync(list, 'utf8'));
  writeFileSync(list, JSON.stringify({ ...rest, resources: [...resources, basename(file)] }));
  const data = Object.entries(hardValues).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  return { file, text, metadata, data: Object.fromEntries(data) };
}

/**
 * @typedef {object} Flux
 * @property {object[]} kustomizations of the tree
 * @property {(identity: string) => Promise<unknown>} giveIdentity what Flux decrypts with from now on
 * @property {(repository: string, expected: Record<string, string | RegExp>) => Promise<void>} push a commit with the
 *   files of a folder; waits until each Kustomization has come to what is expected of it: `ready`, `waits`, or an error
 */

/**
 * Starts Flux as the README does, on the source and the root of a tree.
 * @param {import('./cluster.mjs').Cluster} cluster
 * @param {string} tree
 * @param {string} identity
 * @returns {Promise<Flux>}
 */
async function startFlux(cluster, tree, identity) {
  const controller = join(await tool('kustomize-controller'), 'kustomize-controller');
  const [folder, ...more] = readdirSync(join(tree, 'clusters')).map((name) => join(tree, 'clusters', name));
  if (folder === undefined || more.length > 0) throw new Error(`${tree}/clusters does not have one home`);
  const objects = objectFiles(folder).map((file) => load(readFileSync(file, 'utf8')));
  const ofKind = (kind) => objects.filter((object) => object.kind === kind);
  const [source] = ofKind('GitRepository');
  const kustomizations = ofKind('Kustomization');
  const home = kustomizations.find(({ spec }) => spec.path.endsWith(`/clusters/${basename(folder)}`));
  const { namespace } = home.metadata;

  await cluster.apply(await upstreamCrds());
  await cluster.kubectl('wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s');
  await cluster.apply(ofKind('Namespace'));
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
    // As Flux installs it, but that nobody reads its metrics, and that it looks at dependencies each second instead of
    // each half minute.
    ['--requeue-dependency=1s', '--metrics-addr=0', '--health-addr=0'],
    { RUNTIME_NAMESPACE: namespace },
  );

  let commits = 0;
  return {
    kustomizations,
    giveIdentity,
    async push(repository, expected) {
      commits += 1;
      // Two commits with the same files are two commits.
      writeFileSync(join(repository, 'commit'), `${commits}\n`);
      const archive = join(newFolder('archive'), 'archive.tar.gz');
      await succeed('tar', ['--create', '--gzip', `--file=${archive}`, `--directory=${repository}`, '.']);
      const server = await serve(archive);
      try {
        const revision = await playSourceController(cluster, source, archive, server.url);
        let found = {};
        const kinds = [kustomizationKind, ...Object.keys(stoodIn)].join();
        const isSettled = async () => {
          const { items } = await cluster.get(kinds, '--all-namespaces');
          await playControllers(cluster, items);
          found = verdicts(items, revision);
          return meets(found, expected);
        };
        await cluster.until(90, 'Flux has applied a commit', isSettled).catch((error) => {
          const lines = Object.entries(expected).map(([name, it]) => `${name}: ${found[name]}, expected: ${it}`);
          throw new Error([...lines, error.message].join('\n'));
        });
      } finally {
        server.close();
      }
    },
  };
}

/** Serves one file over HTTP on the loopback. */
async function serve(file) {
  const content = readFileSync(file);
  const server = createServer((_, response) => response.end(content));
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
  const content = readFileSync(archive);
  const hash = (algorithm) => `${algorithm}:${createHash(algorithm).update(content).digest('hex')}`;
  const revision = `${spec.ref.branch}@${hash('sha1')}`;
  const artifact = {
    url,
    path: basename(archive),
    revision,
    digest: hash('sha256'),
    size: content.length,
    lastUpdateTime: now(),
  };
  const fetched = await cluster.get(kind, metadata.name, `--namespace=${metadata.namespace}`);
  await writeStatus(cluster, fetched, { artifact, conditions: [condition('Ready')] });
  return revision;
}

/** Stand-ins for the controllers that are not here: what each makes of an object that it has done its work on. */
const stoodIn = {
  'HelmRepository.source.toolkit.fluxcd.io': () => ({ conditions: [condition('Ready')] }),
  'HelmRelease.helm.toolkit.fluxcd.io': () => ({ conditions: [condition('Ready')] }),
  'Deployment.apps': ({ spec: { replicas } }) => ({
    replicas,
    updatedReplicas: replicas,
    readyReplicas: replicas,
    availableReplicas: replicas,
    conditions: [condition('Available'), condition('Progressing', 'NewReplicaSetAvailable')],
  }),
};

/** Writes the status of each object whose last change its stand-in has not seen. */
async function playControllers(cluster, objects) {
  for (const object of objects) {
    const statusOf = stoodIn[`${object.kind}.${object.apiVersion.split('/')[0]}`];
    const isSeen = object.status?.observedGeneration === object.metadata.generation;
    if (statusOf && !isSeen) await writeStatus(cluster, object, statusOf(object));
  }
}

function writeStatus(cluster, { kind, apiVersion, metadata }, status) {
  const type = `${kind}.${apiVersion.split('/').reverse().join('.')}`;
  const patch = JSON.stringify({ status: { observedGeneration: metadata.generation, ...status } });
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
 * What has become of each Kustomization: `ready`, `waits`, what is wrong, or undefined while it is at work.
 * @returns {Record<string, string | undefined>}
 */
function verdicts(objects, revision) {
  const kustomizations = objects.filter(({ kind }) => kind === 'Kustomization');
  return Object.fromEntries(
    kustomizations.map(({ metadata, status = {} }) => {
      const { status: isReady, reason, message } = status.conditions?.find(({ type }) => type === 'Ready') ?? {};
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
    ([name, verdict]) => ![ready, waits, undefined].includes(verdict) && !fits(verdict, expected[name]),
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
 * @param {Map<string, RegExp>} errors by folder
 */
function expectations(kustomizations, repository, errors) {
  const byName = new Map(kustomizations.map((one) => [one.metadata.name, one]));
  const expected = ({ spec }) => {
    const error = errors.get(join(repository, spec.path));
    if (error !== undefined) return error;
    const dependencies = (spec.dependsOn ?? []).map(({ name }) => expected(byName.get(name)));
    return dependencies.every((one) => one === ready) ? ready : waits;
  };
  return Object.fromEntries(kustomizations.map((one) => [one.metadata.name, expected(one)]));
}

/**
 * The encrypted Secrets of a tree, as SOPS opens them.
 * @returns {Promise<{ file: string, text: string, metadata: object, data: Record<string, string> }[]>} `data` in base64
 */
async function openSecrets(tree) {
  const encrypted = objectFiles(tree)
    .map((file) => ({ file, text: readFileSync(file, 'utf8') }))
    .filter(({ text }) => load(text).sops !== undefined);
  if (encrypted.length === 0) return [];
  const sops = join(await tool('sops'), 'sops');
  const env = { ...process.env, SOPS_AGE_KEY_FILE: throwAwayIdentity };
  return Promise.all(
    encrypted.map(async ({ file, text }) => {
      const { stdout } = await succeed(sops, ['decrypt', '--output-type', 'json', file], { env });
      const { metadata, data = {}, stringData = {} } = JSON.parse(stdout);
      const texts = Object.entries(stringData).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
      return { file, text, metadata, data: { ...data, ...Object.fromEntries(texts) } };
    }),
  );
}

/** Each Secret is in the cluster, with exactly its keys and their values. */
async function compareSecrets(cluster, secrets) {
  const wrong = [];
  for (const { metadata, data } of secrets) {
    const { name, namespace } = metadata;
    const found = (await cluster.get('secret', name, `--namespace=${namespace}`)).data ?? {};
    const keys = [...new Set([...Object.keys(data), ...Object.keys(found)])].filter((key) => data[key] !== found[key]);
    // Only the keys: a value has no place in what a test prints.
    if (keys.length > 0) wrong.push(`${namespace}/${name} has other values: ${keys.join(', ')}`);
  }
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
}

/** Flux knows of as many objects as the folder of each Kustomization has. */
async function compareInventories(cluster, kustomizations, repository) {
  const { items } = await cluster.get(kustomizationKind, '--all-namespaces');
  for (const { metadata, spec } of kustomizations) {
    const { status } = items.find((one) => one.metadata.name === metadata.name);
    const files = objectFiles(join(repository, spec.path)).length;
    const applied = status.inventory.entries.length;
    if (applied !== files) throw new Error(`${metadata.name}: ${files} objects in its folder, ${applied} applied`);
  }
}

/** The text with its first value changed. */
function changed(text) {
  return text.replace(/(ENC\[AES256_GCM,data:)(.)/, (_, head, first) => `${head}${first === 'A' ? 'B' : 'A'}`);
}

/** Whether an object of a tree names a Secret that it reads. */
function readsSecrets(tree) {
  const folders = ['controllers', 'configs', 'apps'].map((name) => join(tree, name)).filter((it) => existsSync(it));
  const reads = (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(value).some(
      ([key, it]) =>
        (['secretName', 'secret'].includes(key) && typeof it === 'string') ||
        (['secretRef', 'secretKeyRef', 'secret'].includes(key) && typeof it?.name === 'string') ||
        reads(it),
    );
  return folders.flatMap(objectFiles).some((file) => reads(load(readFileSync(file, 'utf8'))));
}
