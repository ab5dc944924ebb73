import { createHash } from 'node:crypto';
import { renderUnicodeCompact } from 'uqr';
import { split } from './split.ts';

/** What is put on paper. */
export interface PaperSecret {
  /** Says what it is, and of which home. */
  readonly title: string;
  /** An age identity: `AGE-SECRET-KEY-1…`. */
  readonly text: string;
  /** What tells this secret from others and may be seen by all: its recipient. */
  readonly fingerprint: string;
  /**
   * Whether characters are lighter than what they stand on, as on most terminals, or darker, as on paper. A QR code
   * with its colours exchanged is not read by every phone.
   */
  readonly ink: 'light' | 'dark';
}

/** What was typed back, or what is wrong with it in a sentence. Never a part of the secret in the sentence. */
export type PaperReading = { readonly text: string } | { readonly problem: string };

/** What age identities begin with, classic and post-quantum. */
const heads = ['AGE-SECRET-KEY-1', 'AGE-SECRET-KEY-PQ-1'];

/** The rest of them: 32 bytes and a checksum in Bech32 (BIP 173), which has no `1 B I O`. */
const rest = /^[02-9AC-HJ-NP-Z]{58}$/;

/** The head has the first line for itself. */
const lineCount = 5;
const lineLength = 16;
const groupLength = 4;
const checkLength = 2;

/** The number in front of a line. */
const ownNumber = /^\s*(\d)\s*[:.)]/;

/** Bech32's characters: none looks like another. */
const checkAlphabet = 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L';

/**
 * An age identity as a page to print or to copy by hand: a QR code, and numbered lines with check characters that
 * {@link readPaperCopy} reads back.
 * @throws when the text is no age identity: a slip of ours
 */
export function paperCopy({ title, text, fingerprint, ink }: PaperSecret): string {
  const head = heads.find((one) => text.startsWith(one));
  if (head === undefined || !rest.test(text.slice(head.length))) {
    throw new RangeError('only an age identity has a paper copy');
  }
  const lines = [head, ...split(text.slice(head.length), lineLength)];
  // The light border of four modules that a reader may ask for (ISO/IEC 18004).
  const code = renderUnicodeCompact(text, { ecc: 'M', border: 4, invert: ink === 'dark' });
  return [
    title,
    fingerprint,
    '',
    code,
    '',
    ...lines.map((line, index) => {
      const groups = index === 0 ? [line] : split(line, groupLength);
      return `${index + 1}:  ${groups.join(' ').padEnd(19)} / ${checkOf(index + 1, line)}`;
    }),
    '',
    'The two characters after the slash check their line: type them, too.',
    '',
  ].join('\n');
}

/**
 * The secret of a paper copy that was typed, pasted or scanned: the whole page, its numbered lines, or the bare text
 * of the QR code. White space, upper and lower case, hyphens, slashes and line numbers do not matter, and `O`, `I` and
 * `B`, which the text never has, are read as the digits that they look like.
 */
export function readPaperCopy(typed: string): PaperReading {
  const bare = withHyphens(plain(typed));
  if (bare !== undefined) return { text: bare };

  const all = typed.split('\n').filter((line) => plain(line) !== '');
  const numbered = all.filter((line) => ownNumber.test(line));
  const lines = new Map<number, string>();
  if (numbered.length > 0) {
    for (const line of numbered) lines.set(Number(ownNumber.exec(line)?.[1]), line.replace(ownNumber, ''));
  } else {
    for (const [index, line] of all.entries()) lines.set(index + 1, line);
  }

  const parts: string[] = [];
  for (let number = 1; number <= lineCount; number++) {
    const line = lines.get(number);
    if (line === undefined) return { problem: `Line ${number} of ${lineCount} is missing.` };
    const characters = plain(line);
    const body = characters.slice(0, -checkLength);
    if (characters.slice(-checkLength) !== checkOf(number, body)) {
      return { problem: `Line ${number} does not fit its ${checkLength} check characters.` };
    }
    parts.push(body);
  }
  const text = withHyphens(parts.join(''));
  return text === undefined ? { problem: 'This is no copy of an age identity.' } : { text };
}

/** Ten bits of the SHA-256 of a line and its number: of 1024 slips, 1023 are seen, and so are exchanged lines. */
function checkOf(number: number, line: string): string {
  const hash = createHash('sha256')
    .update(`${number} ${plain(line)}`)
    .digest();
  const bits = hash.readUInt16BE();
  return checkAlphabet.charAt(bits & 31) + checkAlphabet.charAt((bits >> 5) & 31);
}

/** Upper case letters and digits only, with digits for the letters that look like them. */
function plain(text: string): string {
  return text
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '')
    .replaceAll('O', '0')
    .replaceAll('I', '1')
    .replaceAll('B', '8');
}

/** An identity of {@link plain} characters as age writes it; undefined when it is none. */
function withHyphens(characters: string): string | undefined {
  for (const head of heads) {
    const body = characters.slice(plain(head).length);
    if (characters.startsWith(plain(head)) && rest.test(body)) return head + body;
  }
  return undefined;
}
