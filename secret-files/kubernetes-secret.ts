import { isUtf8 } from 'node:buffer';
import { SecretFileError } from './error.ts';
import type { ClearDocument, ClearValue } from './sops.ts';

/** A Secret of Kubernetes and its values, whole: the bytes that a pod gets. */
export interface SecretValues {
  readonly name: string;
  readonly namespace: string;
  /** @default 'Opaque' */
  readonly type?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, string | Uint8Array>>;
}

/**
 * What kustomize, which Flux builds with, leaves as it is in a text: it refuses other control characters, and makes a
 * space of U+0085. A byte order mark would get lost in some editors.
 */
const plainText = /^[\t\n\r\x20-\x7e\u{a0}-\u{d7ff}\u{e000}-\u{fefe}\u{ff00}-\u{fffd}\u{10000}-\u{10ffff}]*$/u;

/** Whether a value can stand below `stringData`. */
export function isPlainText(value: string): boolean {
  return plainText.test(value);
}

/** The document of a Secret: texts below `stringData`, so that they read well in `sops edit`; bytes below `data`. */
export function secretDocument(secret: SecretValues): ClearDocument {
  const { name, namespace, type = 'Opaque', annotations, labels, values } = secret;
  const [texts, bytes]: [string, string][][] = [[], []];
  for (const [key, value] of Object.entries(values)) {
    const data = Buffer.from(value);
    const text = isUtf8(data) ? data.toString() : undefined;
    const isText = text !== undefined && isPlainText(text);
    if (isText) texts?.push([key, data.toString()]);
    else bytes?.push([key, data.toString('base64')]);
  }
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace, ...(labels && { labels }), ...(annotations && { annotations }) },
    type,
    ...(bytes && bytes.length > 0 && { data: Object.fromEntries(bytes) }),
    ...(texts && texts.length > 0 && { stringData: Object.fromEntries(texts) }),
  };
}

/** The values of a Secret's document in clear, as a pod gets them: `stringData` wins over `data`, as in Kubernetes. */
export function secretValues(document: ClearDocument): Map<string, Buffer> {
  const values = new Map<string, Buffer>();
  for (const [section, encoding] of [
    ['data', 'base64'],
    ['stringData', 'utf8'],
  ] as const) {
    for (const [key, value] of Object.entries(mapAt(document, section))) {
      if (typeof value !== 'string') {
        throw new SecretFileError(`${section}.${key} is not a text.`, 'Put it in quotes: sops edit FILE');
      }
      const bytes = Buffer.from(value, encoding);
      if (encoding === 'base64' && bytes.toString('base64') !== value.replace(/\s/g, '')) {
        throw new SecretFileError(`${section}.${key} is not base64.`, 'Move it below stringData: sops edit FILE');
      }
      values.set(key, bytes);
    }
  }
  return values;
}

function mapAt(document: ClearDocument, key: string): ClearDocument {
  const value: ClearValue | undefined = document[key];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as ClearDocument) : {};
}
