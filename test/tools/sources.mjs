// TypeScript files of the project for a test in plain JavaScript, bundled as the product bundles them.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { root } from './homes.mjs';
import { newFolder } from './scratch.mjs';

/**
 * What some files export, all together.
 * @param {readonly string[]} files by their path in the repository
 * @returns {Promise<Record<string, any>>}
 */
export function sources(files) {
  return bundle(files.map((file) => `export * from './${file}';`).join('\n'));
}

/**
 * What a text in TypeScript exports, which imports files by their path in the repository.
 * @param {string} contents
 * @returns {Promise<Record<string, any>>}
 */
export async function bundle(contents) {
  const outfile = join(newFolder('sources'), 'bundle.mjs');
  await build({
    stdin: { contents, resolveDir: root },
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    logLevel: 'error',
    // Of another name than that of the product's own bundle, which a household brings along.
    banner: {
      js: "import { createRequire as __sourcesRequire } from 'node:module'; const require = __sourcesRequire(import.meta.url);",
    },
  });
  return import(pathToFileURL(outfile).href);
}
