import { randomBytes } from 'node:crypto';

/**
 * Random bytes of the server and of the agent token of k3s, in its short form: the cluster's CA, whose hash the long
 * form begins with, does not exist yet. Hex has no `:` and cannot begin with `K10`, which both mark the long form.
 */
export const tokenBytes = 32;

/**
 * A new random token in lower-case hex.
 * @param bytes at least 16: 128 bits of entropy
 * @returns two characters for each byte
 * @throws when there are fewer bytes: a slip of ours
 */
export function makeToken(bytes: number): string {
  if (bytes < 16) throw new RangeError(`a token of ${bytes} bytes can be guessed; it needs at least 16`);
  return randomBytes(bytes).toString('hex');
}
