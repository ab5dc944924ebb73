import { closest, distance } from 'fastest-levenshtein';

/** What the writer probably meant: a known name that differs by a slip of the pen. */
export function nearest(written: string, known: readonly string[]): string | undefined {
  // Beyond that no name of a config is near, and the distance of long texts takes long.
  if (known.length === 0 || written.length > 100) return undefined;
  const near = closest(
    written.toLowerCase(),
    known.map((name) => name.toLowerCase()),
  );
  // Another number is another thing: a Raspberry Pi 3 is none of version 4.
  if (near !== written.toLowerCase() && withoutDigits(near) === withoutDigits(written.toLowerCase())) return undefined;
  const isNear = distance(written.toLowerCase(), near) <= Math.max(1, Math.floor(written.length / 3));
  return isNear ? known.find((name) => name.toLowerCase() === near) : undefined;
}

function withoutDigits(text: string): string {
  return text.replace(/\d/g, '');
}

/** A hint about a name that is not one of the known. */
export function suggest(written: string, known: readonly string[], all: string): string {
  const near = nearest(written, known);
  return near === undefined ? all : `did you mean '${near}'? ${all[0]?.toUpperCase() ?? ''}${all.slice(1)}`;
}
