import { beyondUs, type YamlEntry, type YamlNode } from './yaml.ts';

/** A part of a text, and what takes its place. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Replaces parts of a text that do not overlap. Of those at one place, the first stays first. */
export function replaceAll(text: string, replacements: readonly Replacement[]): string {
  let [result, done] = ['', 0];
  for (const part of [...replacements].sort((a, b) => a.start - b.start)) {
    result += text.slice(done, part.start) + part.text;
    done = part.end;
  }
  return result + text.slice(done);
}

/** The lines of an entry, with the last line break. */
export function linesOf(text: string, entry: YamlEntry): { start: number; end: number } {
  const start = text.lastIndexOf('\n', entry.key.start) + 1;
  const last = endOf(entry.value) ?? entry.key.end;
  if (text[last - 1] === '\n') return { start, end: last };
  const lineBreak = text.indexOf('\n', last);
  return { start, end: lineBreak === -1 ? text.length : lineBreak + 1 };
}

/** The white space before an entry. @throws SecretFileError when it does not begin its line */
export function indentOf(text: string, entry: YamlEntry): string {
  const indent = text.slice(text.lastIndexOf('\n', entry.key.start) + 1, entry.key.start);
  if (!/^ *$/.test(indent)) throw beyondUs(`the key ${entry.key.value} in the middle of a line`);
  return indent;
}

/** Where a value ends; undefined when nothing is written. */
function endOf(node: YamlNode): number | undefined {
  if (node.kind === 'scalar') return node.start < 0 ? undefined : node.end;
  if (node.flow) throw beyondUs('a map in braces or a list in brackets, where lines are needed');
  const last = node.kind === 'map' ? node.entries.at(-1)?.value : node.items.at(-1);
  const lastKey = node.kind === 'map' ? node.entries.at(-1)?.key.end : undefined;
  return (last && endOf(last)) ?? lastKey;
}
