import { SecretFileError } from './error.ts';
import { parseSopsValue } from './sops-cipher.ts';
import { isCovered, leavesOf, parseSops, splitDocument } from './sops-document.ts';
import { entriesOf, find, resolvePlain, type YamlNode } from './yaml.ts';

/** What can be told of a document without any key. */
export interface SopsInspection {
  /** Whether it has the metadata of SOPS. Whether all is encrypted, `clear` says. */
  readonly encrypted: boolean;
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly type?: string;
  /** The keys below `data`, in the order of the document. */
  readonly data: readonly string[];
  /** The keys below `stringData`, in the order of the document. */
  readonly stringData: readonly string[];
  /** Values below `data` and `stringData` that are in clear text, as `stringData.password`. */
  readonly clear: readonly string[];
  /** Values below `data` and `stringData` that are empty: SOPS leaves them so. */
  readonly empty: readonly string[];
  /** None when it is not encrypted. */
  readonly recipients: readonly string[];
  /** Only when it is encrypted. */
  readonly lastModified?: Date;
}

/**
 * Looks at a Kubernetes Secret in a file, encrypted or not, without a key. That nobody changed the file, only readSops
 * can tell.
 * @throws SecretFileError when it is not YAML, or of SOPS but with more than homecloud handles
 */
export function inspectSops(text: string): SopsInspection {
  const { entries, sops } = splitDocument(text);
  const document = sops === undefined ? undefined : parseSops(text);
  const metadata = entriesOf(find(entries, 'metadata'));
  const covered = [...leavesOf(entries)].filter(({ path }) => isCovered(path));
  const isEmpty = (node: YamlNode) => textOf(node) === '';
  return {
    encrypted: document !== undefined,
    ...optional('apiVersion', textOf(find(entries, 'apiVersion'))),
    ...optional('kind', textOf(find(entries, 'kind'))),
    ...optional('name', textOf(find(metadata, 'name'))),
    ...optional('namespace', textOf(find(metadata, 'namespace'))),
    ...optional('type', textOf(find(entries, 'type'))),
    data: entriesOf(find(entries, 'data')).map(({ key }) => key.value),
    stringData: entriesOf(find(entries, 'stringData')).map(({ key }) => key.value),
    clear: covered
      .filter(({ node }) => !isEmpty(node) && parseSopsValue(node.value) === undefined)
      .map(({ path }) => path.join('.')),
    empty: covered.filter(({ node }) => isEmpty(node)).map(({ path }) => path.join('.')),
    recipients: document?.stanzas.map(({ recipient }) => recipient) ?? [],
    ...(document && { lastModified: timeOf(document.lastModified.value) }),
  };
}

function optional<K extends string>(key: K, value: string | undefined): { [P in K]?: string } {
  return value === undefined || value === '' ? {} : ({ [key]: value } as { [P in K]: string });
}

/** The text of a value, empty for null. */
function textOf(node: YamlNode | undefined): string | undefined {
  if (node?.kind !== 'scalar') return undefined;
  return node.plain && resolvePlain(node.value).type === 'null' ? '' : node.value;
}

function timeOf(text: string): Date {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)$/.test(text) || Number.isNaN(Date.parse(text))) {
    throw new SecretFileError('sops.lastmodified is no time.', 'Take the file from Git again, as it was before.');
  }
  return new Date(text);
}
