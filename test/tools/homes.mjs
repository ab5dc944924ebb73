// The homes whose trees the real programs read: the sample and the golden households, written by the real command line.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { succeed } from './process.mjs';

/** The repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** The program under test. */
export const program = join(root, 'build/main.js');

/**
 * @typedef {object} Home
 * @property {string} name
 * @property {string} config its config file
 * @property {string} dist its tree, written by `homecloud synth`
 */

/**
 * The config of each home. The sample is the golden family.
 * @type {Record<string, string>}
 */
export const configs = {
  sample: join(root, 'homecloud.config.ts'),
  minimal: join(root, 'test/households/minimal.ts'),
  full: join(root, 'test/households/full.ts'),
};

/**
 * Writes the tree of a config with the command line, as a person does.
 * @param {string} config
 * @param {string} dist
 * @param {string} [node] the `node` that runs it, @default the one that runs this
 */
export async function synth(config, dist, node = process.execPath) {
  await succeed(node, [program, 'synth', '--config', config, '--out', dist], { cwd: root });
}

/**
 * The files of a folder, with their content.
 * @param {string} folder
 * @returns {Map<string, Buffer>} by relative path, sorted
 */
export function filesOf(folder) {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  return new Map(paths.sort().map((path) => [path, readFileSync(join(folder, path))]));
}
