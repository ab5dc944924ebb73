import type { Pin } from '../imports/versions.ts';

/** What the board pulls: `repository:version`, and `@sha256:…` where the digest is known. */
export function imageReference({ source, version, digest }: Pin): string {
  return digest === undefined ? `${source}:${version}` : `${source}:${version}@${digest}`;
}
