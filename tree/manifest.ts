import { hash } from 'node:crypto';

/** The file of `dist/` that lists what homecloud wrote; what it does not list is not homecloud's. */
export const manifestName = 'SHA256SUMS';

/** Tells homecloud's list from that of another tool, whose files are not ours to delete. `sha256sum -c` skips it. */
const header = '# Written by homecloud, as the files below: edit homecloud.config.ts. Verify: sha256sum -c SHA256SUMS';

/** The hashes that a manifest states for each path: two of them after a merge in Git that nobody resolved. */
export type Manifest = ReadonlyMap<string, ReadonlySet<string>>;

/** The manifest of `contents`, sorted by path, in the format of `sha256sum`. */
export function manifestOf(contents: ReadonlyMap<string, Buffer>): Buffer {
  const lines = [...contents.keys()].sort().map((path) => `${sha256(contents.get(path) ?? '')}  ${path}`);
  return Buffer.from(`${[header, ...lines].join('\n')}\n`);
}

/**
 * Reads what can be read of a manifest, so that one with conflict markers, or one edited by hand, still tells most of
 * homecloud's files.
 *
 * @returns undefined when homecloud did not write it.
 */
export function readManifest(text: string): Manifest | undefined {
  const lines = text.split(/\r?\n/);
  if (!lines.includes(header)) return undefined;
  const manifest = new Map<string, Set<string>>();
  for (const line of lines) {
    const [, digest, path] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
    if (digest !== undefined && path !== undefined) manifest.set(path, (manifest.get(path) ?? new Set()).add(digest));
  }
  return manifest;
}

/** In lower-case hexadecimal, as `sha256sum` prints it. */
export function sha256(content: Buffer | string): string {
  return hash('sha256', content, 'hex');
}
