// A stand-in for the manifest of Flux, which cannot be had here: it tells the stand-in for k3s that Flux is there.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newFolder } from '../tools/scratch.mjs';

/** @returns {{ folder: string, digest: string }} a folder with the manifest */
export function writeFluxManifest() {
  const folder = newFolder('flux-manifest');
  const text = 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: flux-system\n';
  writeFileSync(join(folder, 'install.yaml'), text);
  return { folder, digest: `sha256:${createHash('sha256').update(text).digest('hex')}` };
}
