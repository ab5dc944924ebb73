import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from '@jest/globals';
import { synthesize } from '../cli/home.ts';
import { configReference } from '../cli/reference.ts';
import { rulesPage } from '../cli/rules.ts';
import { households, modelOf } from './homes.ts';

/** `npm run golden` writes what these tests compare with: read the diff as a review. */
const isUpdate = process.env['UPDATE'] === '1';

const root = join(__dirname, '..');

/** What of a tree is golden: what comes from the config. The collection is the same for all homes, and is in `dist/`. */
function isGolden(path: string): boolean {
  return !path.startsWith('ansible/collections/');
}

// The family is the sample, whose tree is `dist/` itself.
it.each(['minimal', 'full'] as const)('the household %s gives its golden tree', async (name) => {
  const folder = join(root, 'test/golden', name);
  const tree = [...(await synthesize(modelOf(households[name])))].filter(([path]) => isGolden(path));
  if (isUpdate) {
    rmSync(folder, { recursive: true, force: true });
    for (const [path, text] of tree) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  }
  const golden = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => [file.slice(folder.length + 1), readFileSync(file, 'utf8')]);
  expect(Object.fromEntries(tree)).toEqual(Object.fromEntries(golden));
});

it('the README has the reference of the config', () => {
  const file = join(root, 'README.md');
  const readme = readFileSync(file, 'utf8');
  const [start, end] = ['<!-- reference: npm run golden writes it from the schema -->\n', '\n<!-- /reference -->'];
  const [before = '', rest = ''] = readme.split(start);
  const after = rest.slice(rest.indexOf(end));
  const right = `${before}${start}${configReference()}${after}`;
  if (isUpdate) writeFileSync(file, right);
  else expect(readme).toEqual(right);
});

it('RULES.md is the catalogue of rules', () => {
  const file = join(root, 'RULES.md');
  if (isUpdate) writeFileSync(file, rulesPage());
  else expect(readFileSync(file, 'utf8')).toEqual(rulesPage());
});
