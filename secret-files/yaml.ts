import {
  COLLECTION_STYLE,
  DEFAULT_SCALAR_STYLE_RULES,
  dump,
  EVENT_ID,
  type Event,
  getScalarValue,
  parseEvents,
  SCALAR_STYLE,
} from 'js-yaml';
import { SecretFileError } from './error.ts';

/** A value of YAML, and where in the text it stands. Offsets count UTF-16 code units; the end is exclusive. */
export type YamlNode = YamlScalar | YamlMap | YamlList;

export interface YamlScalar {
  readonly kind: 'scalar';
  readonly value: string;
  /** Written without quotes, so that it can be a number, a boolean or null. */
  readonly plain: boolean;
  /** Written on lines of its own, below a `|` or `>`. */
  readonly block: boolean;
  /** Of the value with its quotes; -1 when nothing is written. */
  readonly start: number;
  readonly end: number;
}

export interface YamlEntry {
  readonly key: YamlScalar;
  readonly value: YamlNode;
}

export interface YamlMap {
  readonly kind: 'map';
  /** In the order of the text: a JavaScript object would put keys that look like numbers first. */
  readonly entries: readonly YamlEntry[];
  /** Written in braces. */
  readonly flow: boolean;
}

export interface YamlList {
  readonly kind: 'list';
  readonly items: readonly YamlNode[];
  /** Written in brackets. */
  readonly flow: boolean;
}

/**
 * Reads one document, keeping the places of its values, so that a value can be replaced without touching the rest.
 * @throws SecretFileError when it is not one YAML map, or has what a Secret has no need of: anchors, tags, merge keys
 */
export function parseYaml(text: string): YamlMap {
  let events: Event[];
  try {
    events = parseEvents(text, { maxDepth: 32 });
  } catch {
    // The message of the library quotes the line, which may be a secret.
    throw new SecretFileError('This is not valid YAML.', 'Mend it, or take the file from Git again.');
  }
  let next = 0;
  const take = (): Event | undefined => events[next++];

  function node(event: Event | undefined): YamlNode {
    switch (event?.type) {
      case EVENT_ID.SEQUENCE: {
        refuseDecoration(event);
        const items: YamlNode[] = [];
        for (let item = take(); item?.type !== EVENT_ID.POP; item = take()) items.push(node(item));
        return { kind: 'list', items, flow: event.style === COLLECTION_STYLE.FLOW };
      }
      case EVENT_ID.MAPPING: {
        refuseDecoration(event);
        const entries: YamlEntry[] = [];
        for (let item = take(); item?.type !== EVENT_ID.POP; item = take())
          entries.push({ key: key(item), value: node(take()) });
        refuseTwins(entries);
        return { kind: 'map', entries, flow: event.style === COLLECTION_STYLE.FLOW };
      }
      case EVENT_ID.SCALAR: {
        refuseDecoration(event);
        const quoted = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
        const quote = quoted ? 1 : 0;
        return {
          kind: 'scalar',
          value: getScalarValue(text, event),
          plain: event.style === SCALAR_STYLE.PLAIN,
          block: event.style === SCALAR_STYLE.LITERAL_BLOCK || event.style === SCALAR_STYLE.FOLDED_BLOCK,
          start: event.valueStart - quote,
          end: event.valueEnd + quote,
        };
      }
      default:
        throw beyondUs('an alias');
    }
  }

  function key(event: Event | undefined): YamlScalar {
    const found = node(event);
    if (found.kind !== 'scalar') throw beyondUs('a key that is not a text');
    if (found.plain && resolvePlain(found.value).type !== 'string') {
      throw beyondUs(`the key ${found.value}, which is not a text unless it is quoted`);
    }
    return found;
  }

  const documents = events.filter(({ type }) => type === EVENT_ID.DOCUMENT);
  const root =
    documents.length === 1 && take()?.type === EVENT_ID.DOCUMENT && events.length > 2 ? node(take()) : undefined;
  if (root?.kind !== 'map' || root.flow) {
    throw new SecretFileError(
      'The file must hold one YAML map, written in lines.',
      'Put each Secret into a file of its own.',
    );
  }
  return root;
}

function refuseDecoration({ anchorStart, tagStart }: { anchorStart: number; tagStart: number }): void {
  if (anchorStart >= 0) throw beyondUs('an anchor');
  if (tagStart >= 0) throw beyondUs('a tag');
}

function refuseTwins(entries: readonly YamlEntry[]): void {
  const seen = new Set<string>();
  for (const { key } of entries) {
    if (seen.has(key.value)) {
      throw new SecretFileError(`The key ${JSON.stringify(key.value)} is there twice.`, 'Delete one of the two.');
    }
    seen.add(key.value);
  }
}

/** What homecloud does not handle, though SOPS does. */
export function beyondUs(what: string): SecretFileError {
  return new SecretFileError(
    `The file has ${what}, which homecloud does not handle.`,
    'Use sops itself for this file, or write it anew with homecloud.',
  );
}

/** What an unquoted text means to SOPS, and the text that its MAC covers. */
export type Plain =
  | { readonly type: 'string' | 'int' | 'bool'; readonly text: string }
  | { readonly type: 'null' }
  | { readonly type: 'unknown' };

/** Decimal, of base 2, 8 or 16, without end, a date, or the key of a merge; all that comes near to one of them, too. */
const numberOrTime =
  /^(?!_)(?:[-+]?[._]*\d[\d._]*(?:e[-+]?[\d_]+)?|[-+]?[0_]+[xob].*|[-+]?\.(?:inf|nan)|\d{4}-\d.*|<<)$/i;

/**
 * Reads an unquoted text as SOPS does (go.yaml.in/yaml/v3, resolve.go). Numbers in other than plain decimal, dates, and
 * what resembles them are `unknown`: SOPS would take them for another text than the one that is written.
 */
export function resolvePlain(text: string): Plain {
  if (/^(?:|~|null|Null|NULL)$/.test(text)) return { type: 'null' };
  if (/^(?:true|True|TRUE)$/.test(text)) return { type: 'bool', text: 'True' };
  if (/^(?:false|False|FALSE)$/.test(text)) return { type: 'bool', text: 'False' };
  if (/^(?:0|-?[1-9]\d{0,14})$/.test(text)) return { type: 'int', text };
  if (numberOrTime.test(text) && !/^\d+(?:\.\d+){2,}$/.test(text)) return { type: 'unknown' };
  return { type: 'string', text };
}

/** Written without quotes only where no reader of YAML can take it for anything but this text. */
const surelyText =
  /^(?!(?:y|n|yes|no|on|off|true|false|null|nan)$)[A-Za-z_/^](?:[\w./()|$[\]@=,:+-]*[\w./()|$\]@=+-])?$/i;

/** Writes a value as YAML the way `sops` lays it out, so that the first `sops edit` makes a small difference. */
export function writeYaml(value: unknown): string {
  return dump(value, {
    indent: 4,
    lineWidth: -1,
    noRefs: true,
    quoteStyle: 'double',
    scalarStyleRules: [
      (layout) => {
        const isText = layout.node.tag.endsWith('str');
        if (isText && !surelyText.test(layout.node.value)) layout.style = SCALAR_STYLE.DOUBLE_QUOTED;
      },
      ...Object.values(DEFAULT_SCALAR_STYLE_RULES),
    ],
  });
}

/** The entries of a map; none for what is no map. */
export function entriesOf(node: YamlNode | undefined): readonly YamlEntry[] {
  return node?.kind === 'map' ? node.entries : [];
}

/** The value of a key. */
export function find(entries: readonly YamlEntry[], name: string): YamlNode | undefined {
  return entries.find(({ key }) => key.value === name)?.value;
}
