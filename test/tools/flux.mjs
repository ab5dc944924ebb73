// Flux's own kustomize-controller applies a tree to a real API server, and decrypts its Secrets
// (kustomize-controller.mjs says what is played).
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { generateX25519Identity } from 'age-encryption';
import { load } from 'js-yaml';
import { withCluster } from './cluster.mjs';
import { tool } from './install.mjs';
import {
  clusterIdentity,
  expectations,
  kustomizationKind,
  kustomizationsOf,
  secretFiles,
  standIns,
  startFlux,
  throwAwayIdentity,
} from './kustomize-controller.mjs';
import { kustomization, objectFiles } from './objects.mjs';
import { succeed } from './process.mjs';
import { newFolder } from './scratch.mjs';

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
  console.log(`       ${standIns}`);
  const repository = newFolder(`repository-${name}`);
  const tree = join(repository, 'dist/kubernetes');
  cpSync(join(dist, 'kubernetes'), tree, { recursive: true });
  const ofHome = await openSecrets(tree);
  if (ofHome.length === 0 && readsSecrets(tree)) throw new Error(`${tree} reads Secrets, but has none`);
  const identity = await clusterIdentity(join(dirname(config), 'secrets'));
  const secrets = [...ofHome, await addHardSecret(tree, identity)];

  await withCluster(async (cluster) => {
    const flux = await startFlux(cluster, tree, identity);
    const kustomizations = kustomizationsOf(tree);
    const push = (files = [], error = undefined) => {
      const errors = new Map(files.map((file) => [dirname(file), error]));
      return flux.push(repository, expectations(kustomizations, repository, errors));
    };
    await push();
    await compareSecrets(cluster, secrets);
    await compareInventories(cluster, kustomizations, repository);

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
