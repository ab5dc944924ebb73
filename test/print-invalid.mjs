// `npm run invalid`: every fixture of test/invalid/ as a table, for a reader of the texts: code, severity, message, hint.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const names = readdirSync(join(root, 'test/invalid')).sort();
const scratch = mkdtempSync(join(tmpdir(), 'homecloud-invalid-'));
const outfile = join(scratch, 'fixtures.mjs');
try {
  await build({
    stdin: {
      contents: [
        "export { changed, isRendered, problemsOf, renderedProblemsOf } from './fixture.ts';",
        "export { formatPath } from '../model/problems.ts';",
        ...names.map((name, index) => `import fixture${index} from './invalid/${name}';`),
        `export const fixtures = [${names.map((_name, index) => `fixture${index}`)}];`,
      ].join('\n'),
      resolveDir: join(root, 'test'),
      loader: 'ts',
    },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    alias: { homecloud: join(root, 'index.ts') },
    // CommonJS packages in the bundle ask for `require`.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  const { changed, isRendered, problemsOf, renderedProblemsOf, formatPath, fixtures } = await import(outfile);
  for (const [index, fixture] of fixtures.entries()) {
    const judge = isRendered(names[index].split('-')[0]) ? renderedProblemsOf : problemsOf;
    for (const { code, severity, path, message, hint } of judge(changed(fixture.home, fixture.break))) {
      console.log(
        `${code.padEnd(8)} ${severity.padEnd(7)}  ${formatPath(path)}: ${message}\n${' '.repeat(18)}→ ${hint}`,
      );
    }
  }
} finally {
  rmSync(scratch, { recursive: true });
}
