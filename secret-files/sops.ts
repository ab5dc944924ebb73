import { randomBytes } from 'node:crypto';
import { encryptToRecipients } from './age.ts';
import { SecretFileError } from './error.ts';
import { refuseRecipients } from './recipient.ts';
import { encryptSopsValue } from './sops-cipher.ts';
import { dataKeyOf } from './sops-data-key.ts';
import {
  encryptedRegex,
  isCovered,
  macOf,
  type OpenLeaf,
  openLeaves,
  parseSops,
  placeOf,
  type SopsDocument,
  verifyMac,
} from './sops-document.ts';
import { indentOf, linesOf, type Replacement, replaceAll } from './splice.ts';
import { beyondUs, entriesOf, writeYaml, type YamlEntry, type YamlNode } from './yaml.ts';

/** The SOPS whose format this is; it stands in each document. `npm run test:tools` runs this one. */
const sopsVersion = '3.13.3';

/** A value in a document: what YAML and JSON have in common. */
export type ClearValue = string | number | boolean | null | readonly ClearValue[] | ClearDocument;

export interface ClearDocument {
  readonly [key: string]: ClearValue;
}

/**
 * Encrypts a Kubernetes Secret: all values below `data` and `stringData`, which must be texts. An empty text stays as
 * it is, for SOPS encrypts none. The MAC covers every value of the document, as SOPS has it by default.
 * @throws SecretFileError when a value cannot be written, or a recipient is none
 */
export async function writeSops(document: ClearDocument, recipients: readonly string[], now: Date): Promise<string> {
  if (Object.hasOwn(document, 'sops'))
    throw new SecretFileError('The document has sops metadata.', 'Decrypt it first.');
  const dataKey = randomBytes(32);
  const text = [
    writeYaml(encryptTree(document, [], dataKey)),
    'sops:\n',
    await ageList(dataKey, recipients),
    `    encrypted_regex: ${encryptedRegex}\n`,
    '    lastmodified: ""\n',
    '    mac: ""\n',
    `    version: ${sopsVersion}\n`,
  ].join('');
  return seal(text, dataKey, now);
}

/**
 * The document in clear.
 * @throws SecretFileError when no identity fits, any value was changed, or there is more than homecloud handles
 */
export async function readSops(text: string, identities: readonly string[]): Promise<ClearDocument> {
  const { document, leaves } = await open(text, identities);
  const byNode = new Map<YamlNode, OpenLeaf>(leaves.map((leaf) => [leaf.node, leaf]));
  const value = (node: YamlNode): ClearValue => {
    if (node.kind === 'map') return tree(node.entries);
    return node.kind === 'list' ? node.items.map(value) : clearValue(byNode.get(node));
  };
  const tree = (entries: readonly YamlEntry[]): ClearDocument =>
    Object.fromEntries(entries.map((entry) => [entry.key.value, value(entry.value)]));
  return tree(document.entries);
}

/**
 * Encrypts the data key to other recipients, and leaves all else as it is, to the byte: `sops updatekeys`. Who was a
 * recipient before and kept a copy still knows the data key: write the document anew with new values to shut him out.
 */
export async function rewrapSops(
  text: string,
  identities: readonly string[],
  recipients: readonly string[],
): Promise<string> {
  refuseRecipients(recipients);
  const { document, dataKey } = await open(text, identities);
  const before = document.stanzas.map(({ recipient }) => recipient);
  if (before.length === recipients.length && recipients.every((one) => before.includes(one))) return text;
  const list = await ageList(dataKey, recipients, indentOf(text, document.age));
  return replaceAll(text, [{ ...linesOf(text, document.age), text: list }]);
}

/**
 * Sets values as they stand in the document: texts below `stringData`, base64 below `data`. What does not change keeps
 * its ciphertext; when nothing does, the file stays as it is. A new key goes below `stringData` if there is one.
 * @param changes new values by key; undefined deletes one
 * @throws SecretFileError as readSops, and when no value would be left
 */
export async function updateSops(
  text: string,
  identities: readonly string[],
  changes: Readonly<Record<string, string | undefined>>,
  now: Date,
): Promise<string> {
  const { document, dataKey, leaves } = await open(text, identities);
  const sections = ['stringData', 'data'].flatMap((name) => document.entries.filter(({ key }) => key.value === name));
  const [home] = sections;
  const last = entriesOf(home?.value).at(-1);
  const replacements: Replacement[] = [];
  for (const [name, value] of Object.entries(changes)) {
    const owner = sections.find((section) => entriesOf(section.value).some(({ key }) => key.value === name)) ?? home;
    const entry = entriesOf(owner?.value).find(({ key }) => key.value === name);
    if (owner === undefined || last === undefined) throw beyondUs('no value below data or stringData');
    const before = leaves.find(({ node }) => node === entry?.value);
    if (before?.type === 'str' && before.text === value) continue;
    const fresh = encryptTree({ [name]: value ?? '' }, [owner.key.value], dataKey);
    const line = indentOf(text, entry ?? last) + writeYaml(fresh);
    if (entry === undefined) {
      const { end } = linesOf(text, last);
      const ownLine = text[end - 1] === '\n' ? line : `\n${line}`;
      if (value !== undefined) replacements.push({ start: end, end, text: ownLine });
    } else if (value === undefined) replacements.push({ ...linesOf(text, entry), text: '' });
    else if (before === undefined || before.node.block || before.type === 'null') {
      replacements.push({ ...linesOf(text, entry), text: line });
    } else {
      // A comment can follow on the line.
      const { start, end } = before.node;
      replacements.push({ start, end, text: writeYaml(fresh[name]).trimEnd() });
    }
  }
  if (replacements.length === 0) return text;
  const updated = replaceAll(text, replacements);
  for (const { key, value } of parseSops(updated).entries) {
    if (isCovered([key.value]) && entriesOf(value).length === 0) {
      throw new SecretFileError(`No value would be left below ${key.value}.`, 'Delete the file instead.');
    }
  }
  return seal(updated, dataKey, now);
}

async function open(text: string, identities: readonly string[]) {
  const document = parseSops(text);
  const dataKey = await dataKeyOf(document, identities);
  const leaves = openLeaves(document, dataKey);
  verifyMac(document, leaves, dataKey);
  return { document, dataKey, leaves };
}

/** Writes the time, and the MAC over the values as they are now. */
function seal(text: string, dataKey: Uint8Array, now: Date): string {
  const document: SopsDocument = parseSops(text);
  const time = now.toISOString().replace(/\.\d+Z$/, 'Z');
  const mac = encryptSopsValue(macOf(openLeaves(document, dataKey)), dataKey, time);
  return replaceAll(text, [
    { ...document.lastModified, text: `"${time}"` },
    { ...document.mac, text: mac },
  ]);
}

/** The list `age` of the metadata: the data key, encrypted to each recipient alone. */
async function ageList(dataKey: Uint8Array, recipients: readonly string[], indent = '    '): Promise<string> {
  refuseRecipients(recipients);
  const items: string[] = [];
  for (const recipient of recipients) {
    const lines = (await encryptToRecipients(dataKey, [recipient])).trimEnd().split('\n');
    items.push(`    - enc: |\n${lines.map((line) => `        ${line}\n`).join('')}      recipient: ${recipient}\n`);
  }
  return `age:\n${items.join('')}`.replace(/^/gm, indent).slice(0, -indent.length);
}

function encryptTree(tree: ClearDocument, above: readonly string[], dataKey: Uint8Array): ClearDocument {
  return Object.fromEntries(
    Object.entries(tree).map(([key, value]) => [key, encryptBelow(value, [...above, key], dataKey)]),
  );
}

function encryptBelow(value: ClearValue, path: readonly string[], dataKey: Uint8Array): ClearValue {
  if (typeof value === 'object' && value !== null) {
    return isList(value) ? value.map((item) => encryptBelow(item, path, dataKey)) : encryptTree(value, path, dataKey);
  }
  const isText = typeof value === 'string';
  if ((isText && /\p{Surrogate}/u.test(value)) || (isCovered(path) && !isText)) {
    throw new SecretFileError(`The value of ${path.join('.')} is not a text.`, 'Give a text, or base64 below data.');
  }
  return isText && value !== '' && isCovered(path) ? encryptSopsValue(value, dataKey, placeOf(path)) : value;
}

function isList(value: ClearValue): value is readonly ClearValue[] {
  return Array.isArray(value);
}

function clearValue(leaf: OpenLeaf | undefined): ClearValue {
  if (leaf === undefined || leaf.type === 'null') return null;
  if (leaf.type === 'str') return leaf.text;
  return leaf.type === 'bool' ? leaf.text === 'True' : Number(leaf.text);
}
