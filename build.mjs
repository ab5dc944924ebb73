// Bundles the TypeScript sources into build/: one file per program, what is loaded late in chunks of its own.
// A bundle starts twice as fast as the modules of node_modules it is made of (`npm run bench`).
import { rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { compile } from 'json-schema-to-typescript';

rmSync('build', { recursive: true, force: true });
await build({
  entryPoints: {
    main: 'cli/main.ts',
    app: 'cli/app.ts',
    'vault-password': 'cli/vault-password.ts',
    index: 'index.ts',
    reference: 'cli/reference.ts',
  },
  outdir: 'build',
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  external: ['esbuild', 'fs-native-extensions'],
  legalComments: 'linked',
  minifySyntax: true,
  minifyWhitespace: true,
  logLevel: 'warning',
  // CommonJS packages in the bundle ask for `require`.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
});

// The types of `import { defineConfig } from 'homecloud'` come from the schema: one source for checks, docs and completion.
const { configTypesSchema } = await import('./build/reference.js');
const interfaces = await compile(configTypesSchema(), 'WrittenConfig', {
  bannerComment: '',
  format: false,
  ignoreMinAndMaxItems: true,
});
writeFileSync(
  'build/index.d.ts',
  `${interfaces}
/**
 * The config of a home, for the default export of \`homecloud.config.ts\`. It gives completion and changes nothing:
 * homecloud judges the value when it reads the file.
 */
export declare function defineConfig(config: WrittenConfig): WrittenConfig;
`,
);
