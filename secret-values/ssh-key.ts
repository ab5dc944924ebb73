import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { split } from './split.ts';

/** A key pair for SSH, in OpenSSH's own formats. */
export interface SshKey {
  /** `-----BEGIN OPENSSH PRIVATE KEY-----`, without a passphrase: its reader is a machine. */
  readonly privateKey: string;
  /** `ssh-ed25519 AAAA… comment`, one line without a line break. */
  readonly publicKey: string;
  /** `SHA256:…`, as `ssh-keygen -l` and the pages of Git hosts show it. */
  readonly fingerprint: string;
}

const algorithm = 'ssh-ed25519';

/** Bytes of the seed that is an Ed25519 private key (RFC 8032 §5.1.5). */
const seedBytes = 32;

/** What a private key in OpenSSH's format begins with (openssh-portable, PROTOCOL.key). */
const magic = 'openssh-key-v1\0';

const pemLabel = 'OPENSSH PRIVATE KEY';

/**
 * A new Ed25519 key pair.
 * @param comment says whose key it is, on one line
 * @throws when the comment has a line break or another control character: a slip of ours
 */
export function makeSshKey(comment: string): SshKey {
  if (/\p{Cc}/u.test(comment)) throw new RangeError('the comment of an SSH key is one line of text');
  const { d } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  if (d === undefined) throw new Error('Node.js gave an Ed25519 key without its private half');
  const parts = { seed: Buffer.from(d, 'base64url'), comment, check: randomBytes(4) };
  const lines = split(encodePrivateKey(parts).toString('base64'), 70);
  const privateKey = [`-----BEGIN ${pemLabel}-----`, ...lines, `-----END ${pemLabel}-----`, ''].join('\n');
  return { privateKey, ...publicForms(parts) };
}

/**
 * The public half of a private key that {@link makeSshKey} made, or `ssh-keygen -t ed25519 -N ''`.
 * @throws when it is no unencrypted Ed25519 key in OpenSSH's format, or a part of it does not fit the others
 */
export function publicOf(privateKey: string): Omit<SshKey, 'privateKey'> {
  const pem = new RegExp(`^\\s*-----BEGIN ${pemLabel}-----([A-Za-z0-9+/=\\s]+)-----END ${pemLabel}-----\\s*$`);
  const base64 = pem.exec(privateKey)?.[1];
  if (base64 === undefined) throw refusal(`it does not stand between BEGIN and END ${pemLabel}`);
  const body = Buffer.from(base64, 'base64');
  const parts = decodePrivateKey(body);
  if (!encodePrivateKey(parts).equals(body)) throw refusal('its parts do not fit each other');
  return publicForms(parts);
}

/** What a private key is made of; all else follows from it. */
interface Parts {
  readonly seed: Buffer;
  readonly comment: string;
  /** A random number that stands there twice: with a passphrase it would show whether that was right. */
  readonly check: Buffer;
}

function publicForms({ seed, comment }: Parts): Omit<SshKey, 'privateKey'> {
  const blob = encodePublicKey(pointOf(seed));
  const hash = createHash('sha256').update(blob).digest('base64').replaceAll('=', '');
  return { publicKey: `${algorithm} ${blob.toString('base64')} ${comment}`.trim(), fingerprint: `SHA256:${hash}` };
}

/** Wire format of a public key (RFC 8709 §4). */
function encodePublicKey(point: Buffer): Buffer {
  return Buffer.concat([string(algorithm), string(point)]);
}

/** openssh-portable, PROTOCOL.key: cipher and key derivation `none`, one key. */
function encodePrivateKey({ seed, comment, check }: Parts): Buffer {
  const point = pointOf(seed);
  const publicKey = encodePublicKey(point);
  const secret = Buffer.concat([check, check, publicKey, string(Buffer.concat([seed, point])), string(comment)]);
  // Padded with 1, 2, 3… to the block size of the cipher, which is 8 bytes for `none`.
  const padding = Buffer.from(Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, index) => index + 1));
  return Buffer.concat([
    Buffer.from(magic),
    string('none'),
    string('none'),
    string(''),
    uint32(1),
    string(publicKey),
    string(Buffer.concat([secret, padding])),
  ]);
}

/** Takes the parts from where {@link encodePrivateKey} puts them; what stands between is for the caller to compare. */
function decodePrivateKey(body: Buffer): Parts {
  const outer = new Reader(body.subarray(magic.length));
  if (String(outer.string()) !== 'none') throw refusal('it has a passphrase');
  outer.string();
  outer.string();
  outer.uint32();
  outer.string();
  const inner = new Reader(outer.string());
  const check = inner.take(8).subarray(4);
  const kind = String(inner.string());
  if (kind !== algorithm) throw refusal(`it is of the kind ${kind}`);
  inner.string();
  const pair = inner.string();
  if (pair.length !== 2 * seedBytes) throw refusal(`its numbers have ${pair.length} bytes`);
  return { seed: pair.subarray(0, seedBytes), comment: String(inner.string()), check };
}

/** The public half of a seed. Node.js computes it from `d`, whatever stands in `x`. */
function pointOf(seed: Buffer): Buffer {
  const jwk = { kty: 'OKP', crv: 'Ed25519', d: seed.toString('base64url'), x: '' };
  const { x } = createPublicKey(createPrivateKey({ key: jwk, format: 'jwk' })).export({ format: 'jwk' });
  return Buffer.from(x ?? '', 'base64url');
}

function refusal(reason: string): Error {
  return new Error(`this is no Ed25519 private key of OpenSSH without a passphrase: ${reason}`);
}

/** `string` of RFC 4251 §5: its length, then its bytes. */
function string(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Reads the data types of RFC 4251 §5 one after the other. */
class Reader {
  #rest: Buffer;

  constructor(bytes: Buffer) {
    this.#rest = bytes;
  }

  uint32(): number {
    return this.take(4).readUInt32BE();
  }

  string(): Buffer {
    return this.take(this.uint32());
  }

  take(length: number): Buffer {
    if (length > this.#rest.length) throw refusal('it is cut short');
    const taken = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return taken;
  }
}
