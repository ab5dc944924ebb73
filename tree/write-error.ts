import { types } from 'node:util';

/** `dist/` cannot be read or written, for a reason that a person at home can mend: shown without a stack. */
export class WriteError extends Error {
  /** How to mend it. */
  readonly hint: string;

  constructor(message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'WriteError';
    this.hint = hint;
  }
}

/**
 * What the operating system refused, as a WriteError that begins with `failure`. Any other error is returned as it is:
 * a bug of homecloud, which keeps its stack.
 */
export function explain(failure: string, error: unknown): unknown {
  const code = errorCode(error);
  if (error instanceof WriteError || !types.isNativeError(error) || code === undefined) return error;
  // The loader of modules adds a stack of its own.
  const reason = error.message.split('\n', 1)[0];
  return new WriteError(`${failure}: ${reason}`, hints[code] ?? 'mend it, then run again', { cause: error });
}

/** `ENOENT` of an error of the operating system, or of a native module. */
export function errorCode(error: unknown): string | undefined {
  return types.isNativeError(error) && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

const noRight = 'the folder of the home and all in dist must be writable for you: look for files of another user';
const notMovable = 'a mount point or a folder of a container image cannot be replaced: mount the folder of the home';
const noModule = 'homecloud writes on macOS and on Linux with glibc, x64 or arm64; if this is one: npm ci';

/** Codes of errno(3), and those of the loader of native modules. */
const hints: Readonly<Record<string, string>> = {
  ENOSPC: 'free some space, then run again',
  EDQUOT: 'free some space, then run again',
  EFBIG: 'raise the limit of file sizes (ulimit -f), then run again',
  EROFS: 'the file system is mounted read-only: mount it for writing, then run again',
  EACCES: noRight,
  EPERM: noRight,
  EBUSY: notMovable,
  EXDEV: notMovable,
  ENOLCK: 'the file system has no locks: keep the home on a disk of this machine',
  ADDON_NOT_FOUND: noModule,
  CANNOT_LOAD: noModule,
  MODULE_NOT_FOUND: noModule,
};
