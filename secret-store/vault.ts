import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { decryptWithIdentities, encryptToRecipients } from '../secret-files/age.ts';
import { decryptVault, encryptVault, updateVault } from '../secret-files/ansible-vault.ts';
import { SecretFileError } from '../secret-files/error.ts';
import { machinePassword, makePassword } from '../secret-values/password.ts';
import { readIfThere, secretFiles, writeWhole } from './files.ts';
import { naming } from './naming.ts';

/** `secrets/boards.vault.yml`, opened with its password, which stands beside it for the home identities. */
export class Vault {
  readonly #folder: string;
  #password: string;
  #text: string;

  private constructor(folder: string, password: string, text: string) {
    this.#folder = folder;
    this.#password = password;
    this.#text = text;
  }

  get password(): string {
    return this.#password;
  }

  /** What stands in it, in clear. */
  get text(): string {
    return this.#text;
  }

  /** A new one, empty. */
  static async begin(folder: string, recipients: readonly string[]): Promise<void> {
    const password = makePassword(machinePassword);
    const encrypted = await encryptToRecipients(Buffer.from(`${password}\n`), recipients);
    writeWhole(join(folder, secretFiles.vaultPassword), encrypted);
    writeWhole(join(folder, secretFiles.vault), encryptVault('---\n', password));
  }

  /**
   * Opens it, also between its old password and its next.
   * @throws SecretFileError when it is not there, or cannot be opened
   */
  static async open(folder: string, identities: readonly string[]): Promise<Vault> {
    const file = readIfThere(join(folder, secretFiles.vault));
    if (file === undefined) throw gone(secretFiles.vault);
    let failure: unknown = gone(secretFiles.vaultPassword);
    for (const passwordFile of [secretFiles.vaultPassword, secretFiles.nextVaultPassword]) {
      const encrypted = readIfThere(join(folder, passwordFile));
      if (encrypted === undefined) continue;
      try {
        const bytes = await naming(passwordFile, () => decryptWithIdentities(encrypted, identities));
        const password = Buffer.from(bytes).toString().trim();
        const text = await naming(secretFiles.vault, async () => decryptVault(file, password).toString());
        return new Vault(folder, password, text);
      } catch (error) {
        if (!(error instanceof SecretFileError)) throw error;
        failure = error;
      }
    }
    throw failure;
  }

  /** The file for other contents; the same to the byte when nothing changes. */
  encrypted(text: string): string {
    const old = readIfThere(join(this.#folder, secretFiles.vault));
    return old === undefined ? encryptVault(text, this.#password) : updateVault(old, text, this.#password);
  }

  write(text: string): void {
    this.#text = text;
    writeWhole(join(this.#folder, secretFiles.vault), this.encrypted(text));
  }

  /** Ends what a killed run began: the password that opens the Vault is the one that stands there, and no next. */
  async settle(recipients: readonly string[], identities: readonly string[]): Promise<void> {
    const next = join(this.#folder, secretFiles.nextVaultPassword);
    if (readIfThere(next) === undefined) return;
    const current = readIfThere(join(this.#folder, secretFiles.vaultPassword));
    const isRight =
      current !== undefined &&
      (await decryptWithIdentities(current, identities).then(
        (bytes) => Buffer.from(bytes).toString().trim() === this.#password,
        () => false,
      ));
    if (!isRight) await this.writePassword(recipients);
    rmSync(next);
  }

  /** Writes the password for these home identities. */
  async writePassword(recipients: readonly string[]): Promise<void> {
    const encrypted = await encryptToRecipients(Buffer.from(`${this.#password}\n`), recipients);
    writeWhole(join(this.#folder, secretFiles.vaultPassword), encrypted);
  }

  /** Changes the password. At every moment one of the two files has the one that opens the Vault. */
  async renewPassword(recipients: readonly string[]): Promise<void> {
    const password = makePassword(machinePassword);
    const encrypted = await encryptToRecipients(Buffer.from(`${password}\n`), recipients);
    writeWhole(join(this.#folder, secretFiles.nextVaultPassword), encrypted);
    this.#password = password;
    writeWhole(join(this.#folder, secretFiles.vault), encryptVault(this.#text, password));
    writeWhole(join(this.#folder, secretFiles.vaultPassword), encrypted);
    rmSync(join(this.#folder, secretFiles.nextVaultPassword));
  }
}

function gone(file: string): SecretFileError {
  return new SecretFileError(`There is no ${file}.`, 'Take it from Git again: nobody can make what it held anew.');
}
