// The stand-in for k3s, packed into the one file that upstream has.
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { arch } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { succeed } from '../tools/process.mjs';
import { newFolder } from '../tools/scratch.mjs';

/** The processor of the boards, which is that of this machine, as Kubernetes calls it. */
export const architecture = { x64: 'amd64', arm64: 'arm64' }[arch()];

/**
 * Packs the stand-in.
 * @param {string} version that it says it is
 * @returns {Promise<{ folder: string, sha256: string }>} a folder with the binary under its upstream name
 */
export async function packStandIn(version) {
  const folder = newFolder('k3s');
  const sources = join(folder, 'sources');
  cpSync(fileURLToPath(new URL('k3s-stand-in', import.meta.url)), sources, { recursive: true });
  writeFileSync(join(sources, 'version.py'), `VERSION = ${JSON.stringify(version)}\n`);
  const out = join(folder, 'out');
  mkdirSync(out);
  const binary = join(out, architecture === 'amd64' ? 'k3s' : `k3s-${architecture}`);
  await succeed('python3', ['-m', 'zipapp', sources, '--python=/usr/bin/python3', `--output=${binary}`]);
  return { folder: out, sha256: createHash('sha256').update(readFileSync(binary)).digest('hex') };
}
