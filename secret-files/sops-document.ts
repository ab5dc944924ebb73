import { createHash } from 'node:crypto';
import { SecretFileError } from './error.ts';
import { isRecipient } from './recipient.ts';
import { decryptSopsValue, parseSopsValue } from './sops-cipher.ts';
import {
  beyondUs,
  type Plain,
  parseYaml,
  resolvePlain,
  type YamlEntry,
  type YamlNode,
  type YamlScalar,
} from './yaml.ts';

/** Which values of a Kubernetes Secret are encrypted: all below its `data` and `stringData`. */
export const encryptedRegex = '^(data|stringData)$';
const encryptedKeys: readonly string[] = ['data', 'stringData'];

/** Kinds of keys that SOPS of old listed in each file, empty. */
const emptyKinds: readonly string[] = ['kms', 'gcp_kms', 'azure_kv', 'hc_vault', 'pgp'];
export const dataKeyLength = 32;

/** A document that SOPS encrypted, with the places of what can be replaced in it. */
export interface SopsDocument {
  readonly text: string;
  /** All but the metadata. */
  readonly entries: readonly YamlEntry[];
  readonly age: YamlEntry;
  readonly stanzas: readonly AgeStanza[];
  readonly lastModified: YamlScalar;
  readonly mac: YamlScalar;
}

/** The data key, encrypted to one recipient. */
export interface AgeStanza {
  readonly recipient: string;
  readonly enc: string;
}

/** One value that is not a map or a list, and the keys that lead to it. Places in a list are none. */
export interface Leaf {
  readonly path: readonly string[];
  readonly node: YamlScalar;
}

export interface OpenLeaf extends Leaf {
  readonly type: 'str' | 'int' | 'float' | 'bool' | 'null';
  /** As the MAC covers it: `True`, `12`, the text. */
  readonly text: string;
}

/** Whether SOPS encrypts the value at a path (getsops/sops, sops.go: shouldBeEncrypted). */
export function isCovered(path: readonly string[]): boolean {
  return path.some((key) => encryptedKeys.includes(key));
}

/** What binds a ciphertext to its place, so that it cannot be moved below another key. */
export function placeOf(path: readonly string[]): string {
  return `${path.join(':')}:`;
}

/** The `sops` part of a document, and the rest. */
export function splitDocument(text: string): { entries: readonly YamlEntry[]; sops: YamlEntry | undefined } {
  const all = parseYaml(text).entries;
  return {
    entries: all.filter(({ key }) => key.value !== 'sops'),
    sops: all.find(({ key }) => key.value === 'sops'),
  };
}

/** @throws SecretFileError when it is no SOPS document, or one with more than homecloud handles */
export function parseSops(text: string): SopsDocument {
  const { entries, sops } = splitDocument(text);
  if (sops === undefined) {
    throw new SecretFileError(
      'The file is not encrypted: it has no sops metadata.',
      'Encrypt it: sops encrypt -i FILE',
    );
  }
  if (sops.value.kind !== 'map') throw beyondUs('sops metadata that are no map');
  const found = new Map<string, YamlEntry>();
  for (const entry of sops.value.entries) {
    const { key, value } = entry;
    const isEmpty = value.kind === 'list' && value.items.length === 0;
    if (emptyKinds.includes(key.value) && isEmpty) continue;
    if (!['age', 'encrypted_regex', 'lastmodified', 'mac', 'version'].includes(key.value)) {
      throw beyondUs(`sops.${key.value}`);
    }
    found.set(key.value, entry);
  }
  const scalar = (name: string): YamlScalar => {
    const value = found.get(name)?.value;
    if (value?.kind !== 'scalar') throw new SecretFileError(`The sops metadata lack ${name}.`, restore);
    return value;
  };
  if (scalar('encrypted_regex').value !== encryptedRegex) {
    throw beyondUs(`an encrypted_regex other than ${encryptedRegex}`);
  }
  scalar('version');
  const age = found.get('age');
  if (age?.value.kind !== 'list' || age.value.flow) throw new SecretFileError('The sops metadata lack age.', restore);
  return {
    text,
    entries,
    age,
    stanzas: age.value.items.map(stanza),
    lastModified: scalar('lastmodified'),
    mac: scalar('mac'),
  };
}

function stanza(node: YamlNode): AgeStanza {
  if (node.kind !== 'map') throw beyondUs('sops.age that is no list of maps');
  const fields = new Map(node.entries.map(({ key, value }) => [key.value, value.kind === 'scalar' ? value.value : '']));
  const recipient = fields.get('recipient') ?? '';
  const enc = fields.get('enc') ?? '';
  if (fields.size !== 2) throw beyondUs('more than recipient and enc in sops.age');
  if (!isRecipient(recipient)) throw beyondUs('a recipient in sops.age that is none of age’s classic kind');
  return { recipient, enc };
}

/** All values in the order of the document, which is that of the MAC. */
export function* leavesOf(entries: readonly YamlEntry[], above: readonly string[] = []): Generator<Leaf> {
  for (const { key, value } of entries) yield* leavesBelow(value, [...above, key.value]);
}

function* leavesBelow(node: YamlNode, path: readonly string[]): Generator<Leaf> {
  if (node.kind === 'scalar') yield { path, node };
  else if (node.kind === 'map') yield* leavesOf(node.entries, path);
  else for (const item of node.items) yield* leavesBelow(item, path);
}

/** Decrypts every value. @throws SecretFileError naming the value that was changed, or is in clear */
export function openLeaves(document: SopsDocument, dataKey: Uint8Array): OpenLeaf[] {
  return Array.from(leavesOf(document.entries), (leaf) => ({ ...leaf, ...openLeaf(leaf, dataKey) }));
}

function openLeaf({ path, node }: Leaf, dataKey: Uint8Array): Pick<OpenLeaf, 'type' | 'text'> {
  const name = path.join('.');
  const plain: Plain = node.plain ? resolvePlain(node.value) : { type: 'string', text: node.value };
  if (plain.type === 'null') return { type: 'null', text: '' };
  if (plain.type === 'unknown') throw beyondUs(`the value ${name}, a number or a date without quotes`);
  if (!isCovered(path) || (plain.type === 'string' && plain.text === '')) {
    return { type: plain.type === 'string' ? 'str' : plain.type, text: plain.text };
  }
  const value = parseSopsValue(node.value);
  if (value === undefined) {
    throw new SecretFileError(`The value ${name} is not encrypted, or was changed after it was encrypted.`, restore);
  }
  const text = decryptSopsValue(value, dataKey, placeOf(path));
  if (text === undefined) throw changed(`The value ${name}`);
  const { type } = value;
  if (type !== 'str' && type !== 'int' && type !== 'float' && type !== 'bool')
    throw beyondUs(`${name} of type ${type}`);
  return { type, text };
}

/** The MAC over all values, encrypted or not: SHA-512 over their texts, one after the other. */
export function macOf(leaves: readonly OpenLeaf[]): string {
  const hash = createHash('sha512');
  for (const { text } of leaves) hash.update(text, 'utf8');
  return hash.digest('hex').toUpperCase();
}

/** @throws SecretFileError when any value was changed, added, deleted or moved */
export function verifyMac(document: SopsDocument, leaves: readonly OpenLeaf[], dataKey: Uint8Array): void {
  const value = parseSopsValue(document.mac.value);
  const mac = value?.type === 'str' ? decryptSopsValue(value, dataKey, document.lastModified.value) : undefined;
  if (mac === undefined) throw changed('The MAC, or its time sops.lastmodified,');
  if (mac !== macOf(leaves)) throw changed('A value outside of data and stringData, or the order of the values,');
}

const restore = 'Take the file from Git again, as it was before, or mend it with: sops edit FILE';

export function changed(what: string): SecretFileError {
  return new SecretFileError(`${what} was changed after the file was encrypted.`, restore);
}
