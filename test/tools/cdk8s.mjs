// `npx cdk8s synth`, as a person who knows cdk8s runs it.
import { basename, join } from 'node:path';
import { root } from './homes.mjs';
import { differingObjects, objectFiles, readObjects } from './objects.mjs';
import { succeed } from './process.mjs';
import { newFolder } from './scratch.mjs';

/**
 * It gives the objects of the sample, no more and no less.
 * @param {import('./homes.mjs').Home} sample
 */
export async function cdk8sSynth({ dist }) {
  const output = newFolder('cdk8s');
  // It would ask npm for a newer self.
  await succeed('npx', ['cdk8s', 'synth', '--check-upgrade=false', '--output', output], { cwd: root });
  const objects = readObjects(objectFiles(output));
  // Encrypted files are copied: no construct makes them.
  const files = objectFiles(join(dist, 'kubernetes')).filter((file) => !basename(file).startsWith('secret-'));
  const differing = differingObjects(objects, readObjects(files));
  if (objects.size === 0) throw new Error('cdk8s synth wrote nothing');
  if (differing.length > 0) throw new Error(`cdk8s synth and homecloud synth differ in:\n  ${differing.join('\n  ')}`);
}
