/**
 * A file of secrets that cannot be read, trusted or written as asked. Never holds a secret value.
 */
export class SecretFileError extends Error {
  override readonly name = 'SecretFileError';

  /** What the admin can do about it. */
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}
