import { join } from 'node:path';
import { isPlainText, secretDocument, secretValues } from '../secret-files/kubernetes-secret.ts';
import {
  type ClearDocument,
  type ClearValue,
  readSops,
  rewrapSops,
  updateSops,
  writeSops,
} from '../secret-files/sops.ts';
import { inspectSops } from '../secret-files/sops-inspect.ts';
import { clusterFile, filesBelow, readIfThere, secretFiles } from './files.ts';
import { naming } from './naming.ts';

/** Changes of a Secret: a new value for a key, or `undefined` to delete it. */
export type Changes = ReadonlyMap<string, string | undefined>;

/** A Secret in `secrets/kubernetes/`, opened. */
export interface ClusterFile {
  /** `undefined` when there is none yet. */
  readonly text: string | undefined;
  readonly values: ReadonlyMap<string, string>;
}

/** Marks the Secrets that homecloud wrote (Kubernetes, "Recommended Labels"). An admin can keep their own beside them. */
const ourLabel = { 'app.kubernetes.io/managed-by': 'homecloud' };

/** The Secrets of the cluster that homecloud wrote, by `<namespace>/<name>`. Those of the admin are theirs alone. */
export async function ourClusterFiles(folder: string, identities: readonly string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const file of filesBelow(join(folder, secretFiles.kubernetes))) {
    const [, id] = /^([^/]+\/[^/]+)\.sops\.yaml$/.exec(file) ?? [];
    if (id !== undefined && (await isOurs(folder, id, identities))) ids.push(id);
  }
  return ids;
}

async function isOurs(folder: string, id: string, identities: readonly string[]): Promise<boolean> {
  const text = readIfThere(join(folder, fileOf(id))) ?? '';
  // What homecloud did not write can be of any kind; the label is in clear text in what it wrote.
  if (!text.includes('app.kubernetes.io/managed-by')) return false;
  const document = await naming(fileOf(id), () => readSops(text, identities));
  const { labels } = (document['metadata'] ?? {}) as { labels?: Readonly<Record<string, unknown>> };
  return Object.entries(ourLabel).every(([key, value]) => labels?.[key] === value);
}

/** @throws SecretFileError when it is there and cannot be opened */
export async function openClusterFile(folder: string, id: string, identities: readonly string[]): Promise<ClusterFile> {
  const text = readIfThere(join(folder, fileOf(id)));
  if (text === undefined) return { text, values: new Map() };
  const values = await naming(fileOf(id), async () => secretValues(await readSops(text, identities)));
  return { text, values: new Map([...values].map(([key, value]) => [key, value.toString()])) };
}

/**
 * The text of a Secret for other values and recipients; `undefined` when no value is left. What stays keeps its
 * ciphertext, unless somebody who could open the file no longer may: then its data key is a new one, for they may have
 * kept the old. What an admin added to the file stays either way.
 */
export async function nextText(
  { text, values }: ClusterFile,
  id: string,
  changes: Changes,
  recipients: readonly string[],
  identities: readonly string[],
  now: Date,
): Promise<string | undefined> {
  const isLeft = [...values.keys(), ...changes.keys()].some(
    (key) => !changes.has(key) || changes.get(key) !== undefined,
  );
  if (!isLeft) return undefined;
  return naming(fileOf(id), async () => {
    if (text === undefined) return writeSops(changed(newSecret(id), changes), recipients, now);
    const { recipients: before, data } = inspectSops(text);
    // A text that must go below `data` and stood below `stringData` changes its place.
    const staysInPlace = [...changes].every(
      ([key, value]) => value === undefined || data.includes(key) || isPlainText(value),
    );
    if (!staysInPlace || !before.every((one) => recipients.includes(one))) {
      return writeSops(changed(await readSops(text, identities), changes), recipients, now);
    }
    const asWritten = [...changes].map(([key, value]) => [
      key,
      value !== undefined && data.includes(key) ? Buffer.from(value).toString('base64') : value,
    ]);
    const updated = await updateSops(text, identities, Object.fromEntries(asWritten), now);
    return rewrapSops(updated, identities, recipients);
  });
}

function newSecret(id: string): ClearDocument {
  const [namespace = '', name = ''] = id.split('/');
  // Flux would read `$` in a value as a variable of its own (kustomize-controller, "Post build variable substitution").
  const annotations = { 'kustomize.toolkit.fluxcd.io/substitute': 'disabled' };
  return secretDocument({ name, namespace, labels: ourLabel, annotations, values: {} });
}

/** The document of a Secret with other values, and all else as it is. */
function changed(document: ClearDocument, changes: Changes): ClearDocument {
  const { data, stringData, ...rest } = document;
  const kept = (section: ClearValue | undefined) =>
    Object.entries((section ?? {}) as ClearDocument).filter(([key]) => !changes.has(key));
  const set = [...changes].flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]));
  const fresh = secretDocument({ name: '', namespace: '', values: Object.fromEntries(set) });
  const sections = Object.entries({ data, stringData }).flatMap(([name, old]) => {
    const entries = [...kept(old), ...Object.entries((fresh[name] ?? {}) as ClearDocument)];
    return entries.length === 0
      ? []
      : [[name, Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))] as const];
  });
  return { ...rest, ...Object.fromEntries(sections) };
}

/** The file of a Secret, by `<namespace>/<name>`. */
export function fileOf(id: string): string {
  const [namespace = '', name = ''] = id.split('/');
  return clusterFile(namespace, name);
}
