import { armor, Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { armorStart } from './age-file.ts';
import { SecretFileError } from './error.ts';
import { refuseRecipients } from './recipient.ts';

const identityShape = /^AGE-SECRET-KEY-1[0-9A-Z]+$/;

/**
 * A new identity: `AGE-SECRET-KEY-1…`. Of the classic kind (X25519), which each age, SOPS and Flux of today can open;
 * the hybrid kind (`age1pq1…`) needs age 1.3.
 */
export function newIdentity(): Promise<string> {
  return generateX25519Identity();
}

/**
 * The public half of an identity: `age1…`.
 * @throws SecretFileError when it is not a classic identity
 */
export async function recipientOf(identity: string): Promise<string> {
  const damaged = 'This is not an age identity: it is of another kind, incomplete, or has a typing error.';
  const hint = 'An identity is one line that begins with AGE-SECRET-KEY-1, as age-keygen writes it.';
  if (!identityShape.test(identity)) throw new SecretFileError(damaged, hint);
  try {
    return await identityToRecipient(identity);
  } catch {
    // What the library says can quote the identity.
    throw new SecretFileError(damaged, hint);
  }
}

/**
 * Encrypts to all recipients: each of their identities alone can open it. ASCII-armored, with a final newline.
 * @throws SecretFileError when there is no recipient, or one that is none
 */
export async function encryptToRecipients(bytes: Uint8Array, recipients: readonly string[]): Promise<string> {
  refuseRecipients(recipients);
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  return armor.encode(await encrypter.encrypt(bytes));
}

/**
 * Opens what age, or encryptToRecipients, wrote: ASCII-armored or binary.
 * @throws SecretFileError when no identity fits, or the file is damaged
 */
export async function decryptWithIdentities(
  file: string | Uint8Array,
  identities: readonly string[],
): Promise<Uint8Array> {
  const decrypter = new Decrypter();
  for (const identity of identities) {
    await recipientOf(identity);
    decrypter.addIdentity(identity);
  }
  try {
    return await decrypter.decrypt(binaryOf(file));
  } catch (error) {
    if (error instanceof Error && /no identity matched/.test(error.message)) throw noIdentityFits();
    throw new SecretFileError(
      'This age file is damaged, or is none: it was changed after it was encrypted.',
      'Take the file from Git again, as it was before.',
    );
  }
}

/** The one answer to a wrong key, whatever the file. */
export function noIdentityFits(): SecretFileError {
  return new SecretFileError(
    'None of the given identities can open this file: it is encrypted to other recipients.',
    'Give the identity of one of its recipients, or have one of them re-encrypt it to yours.',
  );
}

/**
 * The identities in a file of age-keygen: comments, empty lines, and one identity a line.
 * @throws SecretFileError which says what is wrong, by line; never what the line holds
 */
export async function parseIdentityFile(text: string): Promise<string[]> {
  const hint = 'Take the copy of the identity that you keep apart: on paper, or in your password manager.';
  const identities: string[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const content = line.trim();
    if (content === '' || content.startsWith('#')) continue;
    const isOne = await recipientOf(content).then(
      () => true,
      () => false,
    );
    if (!isOne) throw new SecretFileError(`Line ${index + 1} of the identity file ${whatItIs(content)}.`, hint);
    identities.push(content);
  }
  if (identities.length === 0) throw new SecretFileError('The identity file holds no identity.', hint);
  return identities;
}

function whatItIs(line: string): string {
  if (line.startsWith('AGE-SECRET-KEY-PQ-1')) return 'is a hybrid identity, which SOPS and Flux cannot use yet';
  if (line.startsWith('AGE-SECRET-KEY-1')) return 'is an identity that is incomplete or has a typing error';
  if (line.startsWith('AGE-PLUGIN-')) return 'is the identity of a plugin, which only age itself can use';
  if (line.startsWith('age1')) return 'is a recipient, the public half, not an identity';
  if (line === armorStart) return 'begins an encrypted file: decrypt it first, with age -d';
  return 'is neither a comment nor an identity (AGE-SECRET-KEY-1…)';
}

/** The file that age-keygen would write for an identity. */
export async function formatIdentityFile(identity: string, created: Date): Promise<string> {
  const day = created.toISOString().replace(/\.\d+Z$/, 'Z');
  return `# created: ${day}\n# public key: ${await recipientOf(identity)}\n${identity}\n`;
}

function binaryOf(file: string | Uint8Array): Uint8Array {
  if (typeof file === 'string') return armor.decode(file);
  const text = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  return text.subarray(0, armorStart.length).toString('latin1') === armorStart
    ? armor.decode(text.toString('latin1'))
    : file;
}
