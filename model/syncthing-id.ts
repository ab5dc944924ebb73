// Syncthing's device ID as text: the SHA-256 of a certificate in base 32 with check characters. Kept apart from the
// making of certificates, so that the config can be judged without loading X.509.

/** RFC 4648 base 32: what an ID is written in. */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** An ID is four parts of 13 characters, each followed by a check character, shown in groups of seven. */
const partLength = 13;
const groupLength = 7;
const idLength = 4 * (partLength + 1);

/**
 * The device ID for a hash.
 * @param sha256 the SHA-256 of the certificate in DER, 32 bytes
 * @returns `2U7T6QU-2IQP34E-…`: eight groups of seven
 * @throws when the hash has another length: a slip of ours
 */
export function formatDeviceId(sha256: Uint8Array): string {
  if (sha256.length !== 32) throw new RangeError(`a device ID is made of 32 bytes, not of ${sha256.length}`);
  const bits = Array.from(sha256, (byte) => byte.toString(2).padStart(8, '0')).join('');
  const characters = split(bits, 5).map((five) => alphabet.charAt(Number.parseInt(five.padEnd(5, '0'), 2)));
  return inGroups(
    split(characters.join(''), partLength)
      .map((part) => part + checkCharacter(part))
      .join(''),
  );
}

/**
 * An ID in the one form that Syncthing itself shows: upper case, groups of seven, and the digits 0, 1 and 8, which an
 * ID never has, read as the letters that they look like. Syncthing forgives the same (lib/protocol/deviceid.go).
 * A text that is no ID stays none: see {@link isDeviceId}.
 */
export function normalizeDeviceId(text: string): string {
  return inGroups(
    text.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('0', 'O').replaceAll('1', 'I').replaceAll('8', 'B'),
  );
}

/** Whether a text, once {@link normalizeDeviceId | normalized}, is a device ID whose four check characters are right. */
export function isDeviceId(text: string): boolean {
  const id = normalizeDeviceId(text).replaceAll('-', '');
  return (
    id.length === idLength &&
    split(id, partLength + 1).every((part) => checkCharacter(part.slice(0, partLength)) === part.charAt(partLength))
  );
}

/**
 * Syncthing's own kind of Luhn character: unlike Luhn's it weighs from left to right (lib/protocol/luhn.go).
 * @returns undefined when the part has a character outside the alphabet
 */
function checkCharacter(part: string): string | undefined {
  const values = Array.from(part, (character) => alphabet.indexOf(character));
  if (values.includes(-1)) return undefined;
  const sum = values
    .map((value, index) => (index % 2 === 0 ? value : 2 * value))
    .reduce((total, value) => total + Math.floor(value / 32) + (value % 32), 0);
  return alphabet.charAt((32 - (sum % 32)) % 32);
}

function inGroups(id: string): string {
  return split(id, groupLength).join('-');
}

function split(text: string, length: number): string[] {
  const parts: string[] = [];
  for (let start = 0; start < text.length; start += length) parts.push(text.slice(start, start + length));
  return parts;
}
