import { createCipheriv, createDecipheriv, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';
import { SecretFileError } from './error.ts';

/** The first line of a file of Ansible Vault: 1.2 names the vault ID, 1.1 does not. */
const headerShape = /^\$ANSIBLE_VAULT;(?:1\.1;AES256|1\.2;AES256;(?<label>[^;\s]+))$/;
const lineLength = 80;
const blockLength = 16;

/** How a file of Ansible Vault is written. */
export interface VaultOptions {
  /** Vault ID: Ansible tries the password of this name first. @default none: format 1.1 */
  readonly label?: string;
  /** 32 random bytes. @default new ones */
  readonly salt?: Uint8Array;
}

/** Whether a text is a file of Ansible Vault, by its first line. */
export function isVault(text: string | Uint8Array): boolean {
  return Buffer.from(text).subarray(0, 14).toString('latin1') === '$ANSIBLE_VAULT';
}

/**
 * A whole file that `ansible-vault` opens (ansible-core, lib/ansible/parsing/vault: VaultAES256).
 * @param password as in the password file; white space at its ends counts for nothing, as for Ansible
 */
export function encryptVault(plaintext: string | Uint8Array, password: string, options: VaultOptions = {}): string {
  const { label, salt = randomBytes(32) } = options;
  if (label !== undefined && !/^[^;\s]+$/.test(label)) {
    throw new SecretFileError(`${JSON.stringify(label)} is no vault ID.`, 'Use a word without white space or ";".');
  }
  const keys = deriveKeys(password, salt);
  const data = Buffer.from(plaintext);
  const padding = blockLength - (data.length % blockLength);
  const cipher = createCipheriv('aes-256-ctr', keys.cipher, keys.counter);
  const padded = Buffer.concat([data, Buffer.alloc(padding, padding)]);
  const ciphertext = Buffer.concat([cipher.update(padded), cipher.final()]);
  const parts = [Buffer.from(salt), hmac(keys.mac, ciphertext), ciphertext];
  const body = Buffer.from(parts.map((part) => part.toString('hex')).join('\n')).toString('hex');
  const header = label === undefined ? '$ANSIBLE_VAULT;1.1;AES256' : `$ANSIBLE_VAULT;1.2;AES256;${label}`;
  return `${[header, ...(body.match(new RegExp(`.{1,${lineLength}}`, 'g')) ?? [])].join('\n')}\n`;
}

/**
 * Opens a file of Ansible Vault, format 1.1 or 1.2.
 * @throws SecretFileError when the password is wrong, or the file is damaged or of another format
 */
export function decryptVault(file: string | Uint8Array, password: string): Buffer {
  const { salt, mac, ciphertext } = parse(file);
  const keys = deriveKeys(password, salt);
  const computed = hmac(keys.mac, ciphertext);
  if (mac.length !== computed.length || !timingSafeEqual(mac, computed)) {
    throw new SecretFileError(
      'The Vault password does not open this file: it is another one, or the file was changed.',
      'Give the password that it was encrypted with, or take the file from Git again.',
    );
  }
  const decipher = createDecipheriv('aes-256-ctr', keys.cipher, keys.counter);
  const padded = Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  const padding = padded.at(-1) ?? 0;
  const end = padded.length - padding;
  if (padding < 1 || padding > blockLength || padded.subarray(end).some((byte) => byte !== padding)) throw damaged();
  return padded.subarray(0, end);
}

/**
 * The file for a plaintext: `old` itself when it holds that plaintext, else a new one of the same vault ID.
 * @throws SecretFileError when `old` cannot be opened with the password
 */
export function updateVault(old: string, plaintext: string | Uint8Array, password: string): string {
  if (decryptVault(old, password).equals(Buffer.from(plaintext))) return old;
  const { label } = parse(old);
  return encryptVault(plaintext, password, label === undefined ? {} : { label });
}

function parse(file: string | Uint8Array) {
  // White space at the end of a line counts for nothing, as for Ansible.
  const lines = Buffer.from(file).toString('utf8').trimEnd().split('\n');
  const [header = '', ...body] = lines.map((line) => line.trimEnd());
  const match = headerShape.exec(header);
  if (match === null) {
    throw isVault(file)
      ? new SecretFileError(
          'This file of Ansible Vault is of another format than 1.1 or 1.2 with AES256.',
          'Rewrite it with a current Ansible: ansible-vault rekey.',
        )
      : new SecretFileError('This is not a file of Ansible Vault.', 'Its first line would begin with $ANSIBLE_VAULT.');
  }
  const inner = unhex(body.join('')).toString('latin1').split('\n');
  const [salt, mac, ciphertext] = inner.map(unhex);
  const isWhole = inner.length === 3 && salt !== undefined && mac !== undefined && ciphertext !== undefined;
  if (!isWhole || ciphertext.length === 0) throw damaged();
  return { label: match.groups?.['label'], salt, mac, ciphertext };
}

function unhex(text: string): Buffer {
  if (!/^(?:[0-9a-f]{2})*$/i.test(text)) throw damaged();
  return Buffer.from(text, 'hex');
}

function damaged(): SecretFileError {
  return new SecretFileError('This file of Ansible Vault is damaged.', 'Take it from Git again, as it was before.');
}

/** 10000 rounds, as Ansible has it: the strength is that of the password, which must be random. */
function deriveKeys(password: string, salt: Uint8Array) {
  const trimmed = password.trim();
  if (trimmed === '') throw new SecretFileError('The Vault password is empty.', 'Give the password of the home.');
  const derived = pbkdf2Sync(trimmed, salt, 10_000, 80, 'sha256');
  return { cipher: derived.subarray(0, 32), mac: derived.subarray(32, 64), counter: derived.subarray(64, 80) };
}

function hmac(key: Uint8Array, data: Uint8Array): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
