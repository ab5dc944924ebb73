import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Lengths in bytes (getsops/sops, aes/cipher.go). */
const nonceLength = 32;
const tagLength = 16;

const valueShape = /^ENC\[AES256_GCM,data:([\w+/=]+),iv:([\w+/=]+),tag:([\w+/=]+),type:([a-z]+)\]$/;

/** A value as SOPS writes it: `ENC[AES256_GCM,data:…,iv:…,tag:…,type:…]`. */
export interface SopsValue {
  readonly data: Buffer;
  readonly nonce: Buffer;
  readonly tag: Buffer;
  /** What the plaintext is: `str`, `int`, `float`, `bool`, `time`, `bytes` or `comment`. */
  readonly type: string;
}

/** Reads the form of an encrypted value, without a key; undefined when it is none, to the last character. */
export function parseSopsValue(text: string): SopsValue | undefined {
  const [, ...parts] = valueShape.exec(text) ?? [];
  const [data, nonce, tag] = parts.slice(0, 3).map(strictBase64);
  const type = parts[3];
  if (type === undefined || data === undefined || nonce?.length !== nonceLength || tag?.length !== tagLength)
    return undefined;
  return { data, nonce, tag, type };
}

/** Encrypts one text. @param place what the ciphertext is bound to: it opens nowhere else. */
export function encryptSopsValue(plaintext: string, dataKey: Uint8Array, place: string): string {
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv('aes-256-gcm', dataKey, nonce);
  cipher.setAAD(Buffer.from(place));
  const data = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
  const [one, two, three] = [data, nonce, cipher.getAuthTag()].map((bytes) => bytes.toString('base64'));
  return `ENC[AES256_GCM,data:${one},iv:${two},tag:${three},type:str]`;
}

/** The plaintext of a value; undefined when the value, its place or the key is not the one of its encryption. */
export function decryptSopsValue(value: SopsValue, dataKey: Uint8Array, place: string): string | undefined {
  const decipher = createDecipheriv('aes-256-gcm', dataKey, value.nonce, { authTagLength: tagLength });
  decipher.setAAD(Buffer.from(place));
  decipher.setAuthTag(value.tag);
  try {
    const plaintext = Buffer.concat([decipher.update(value.data), decipher.final()]);
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(plaintext);
  } catch {
    return undefined;
  }
}

/** Node takes more than base64 for base64: what does not come back the same was changed. */
function strictBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}
