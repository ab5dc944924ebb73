import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

/** A place in a source file. Line and column count from 1, the column in UTF-16 units, as editors do. */
export interface Location {
  /** Absolute. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** `homecloud.config.ts:42:15`, from the folder `cwd`: terminals and editors open it with a click. */
export function formatLocation(location: Location, cwd = process.cwd()): string {
  return `${relative(cwd, location.file)}:${location.line}:${location.column}`;
}

/** Columns shown of a line: the rest of a longer one is cut. */
const frameWidth = 100;

/**
 * The line of the location, with a mark below its column. Empty when the file cannot be read any more.
 *
 *     42 |     adress: '192.168.1.11',
 *        |     ^
 */
export function codeFrame({ file, line, column }: Location): string {
  let text: string | undefined;
  try {
    text = readFileSync(file, 'utf8').split(/\r?\n/)[line - 1];
  } catch {
    return '';
  }
  if (text === undefined) return '';
  const start = Math.max(0, column - 1 - frameWidth * 0.75);
  const shown = text.slice(start, start + frameWidth);
  const margin = ' '.repeat(String(line).length);
  // A tab stays a tab, so that the mark stands below its character at any tab width.
  const indent = shown.slice(0, column - 1 - start).replace(/[^\t]/g, ' ');
  return `${line} | ${shown}\n${margin} | ${indent}^`;
}
