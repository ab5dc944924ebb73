// The program on each Node.js that we claim.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesOf, root, synth } from './homes.mjs';
import { tool } from './install.mjs';
import { succeed } from './process.mjs';
import { newFolder } from './scratch.mjs';

/** The oldest that `engines` names, and the later lines with long-term support. */
export const nodeVersions = ['node-20', 'node-22', 'node-24'];

/**
 * The tree of a home is the same, byte by byte.
 * @param {string} version one of `nodeVersions`
 * @param {import('./homes.mjs').Home} home
 */
export async function sameTree(version, { config, dist }) {
  const node = join(await tool(version), 'node');
  if (version === nodeVersions[0]) await proveOldest(node);
  const again = join(newFolder(version), 'dist');
  await synth(config, again, node);
  const [files, others] = [filesOf(dist), filesOf(again)];
  const differing = [...new Set([...files.keys(), ...others.keys()])].filter(
    (path) => !files.get(path)?.equals(others.get(path) ?? Buffer.of()),
  );
  if (differing.length > 0) throw new Error(`${version} writes other files than ${process.version}: ${differing}`);
}

async function proveOldest(node) {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { stdout } = await succeed(node, ['--version']);
  const oldest = /^>=(\d+\.\d+)$/.exec(engines.node)?.[1];
  if (!stdout.startsWith(`v${oldest}.`)) {
    throw new Error(`package.json claims Node.js ${engines.node}, but the oldest that is tested is ${stdout}`);
  }
}
