/** What homecloud uses of the package, which has no types of its own. */
declare module 'fs-native-extensions' {
  /** Exchanges two paths in one step: `renameat2(RENAME_EXCHANGE)` on Linux, `renamex_np(RENAME_SWAP)` on macOS. */
  export function swapSync(from: string, to: string): void;

  /**
   * Takes an exclusive lock on an open, writable file; the kernel gives it back when the file is closed or the process
   * ends, however it ends.
   *
   * @returns false when another holds it.
   */
  export function tryLock(fd: number): boolean;
}
