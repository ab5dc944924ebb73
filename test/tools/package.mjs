// homecloud as others get it: a home that depends on the npm package.
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashOf, root } from './homes.mjs';
import { succeed } from './process.mjs';
import { newFolder } from './scratch.mjs';

/**
 * The packed program, installed into a home of its own, writes the tree that it writes here.
 * @param {import('./homes.mjs').Home} sample
 */
export async function packed({ config, dist }) {
  const home = newFolder('package');
  // The program is built: `prepare` would build it anew, below the feet of the other checks.
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', home];
  const [{ filename }] = JSON.parse((await succeed('npm', pack, { cwd: root })).stdout);
  writeFileSync(join(home, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const install = ['install', '--no-audit', '--no-fund', '--loglevel=error', join(home, filename)];
  await succeed('npm', install, { cwd: home });
  cpSync(config, join(home, 'homecloud.config.ts'));
  await succeed('npx', ['homecloud', 'synth'], { cwd: home });
  if (hashOf(join(home, 'dist')) !== hashOf(dist)) {
    const { stdout } = await succeed('npx', ['homecloud', 'check', '--out', dist], { cwd: home });
    throw new Error(`the package writes another tree\n${stdout}`);
  }
}
