import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { locate, locator } from '../cli/locate.ts';
import { codeFrame, formatLocation } from '../cli/location.ts';
import type { Path } from '../model/problems.ts';

const folder = mkdtempSync(join(tmpdir(), 'homecloud-locate-'));
const config = join(folder, 'homecloud.config.ts');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/**
 * Where `path` is found, as `file:line:column`. In the sources, the place that the test expects is marked with `▸`,
 * which is taken away; returned beside it.
 */
function find(path: Path, ...sources: (string | Record<string, string>)[]) {
  const files = Object.assign(
    {},
    ...sources.map((source) => (typeof source === 'string' ? { 'homecloud.config.ts': source } : source)),
  );
  let expected: string | undefined;
  for (const [name, text] of Object.entries<string>(files)) {
    const before = text.split('▸')[0] ?? '';
    if (before !== text) {
      const lines = before.split('\n');
      expected = `${name}:${lines.length}:${(lines.at(-1) ?? '').length + 1}`;
    }
    writeFileSync(join(folder, name), text.replace('▸', ''));
  }
  const found = locate(config, readFileSync(config, 'utf8'), path);
  return { found: found && formatLocation(found, folder), expected };
}

function expectPlace(path: Path, ...sources: (string | Record<string, string>)[]): void {
  const { found, expected } = find(path, ...sources);
  expect(expected).toBeDefined();
  expect(found).toBe(expected);
}

describe('locate', () => {
  it.each<[string, Path, string]>([
    ['a key', ['home', 'name'], `export default {\n  home: { domain: 'a', ▸name: 'x' },\n};`],
    [
      'a key in defineConfig',
      ['home'],
      `import { defineConfig } from 'homecloud';\nexport default defineConfig({\n  ▸home: {},\n});`,
    ],
    ['an element', ['boards', 1], `export default { boards: [{}, ▸{}] };`],
    ['a key of an element', ['boards', 1, 'name'], `export default { boards: [{}, { ▸name: '' }] };`],
    ['a quoted key', ['a-b', 'c'], `export default { 'a-b': { ▸"c": 1 } };`],
    ['a number as key', ['ports', '80'], 'export default { ports: { ▸80: 1 } };'],
    [
      'a computed key',
      ['oak'],
      `const oak = 'oak';\nexport default { ▸[oak]: 1, ['elm']: 2 };`.replace('▸[oak]', '[▸oak]'),
    ],
    [
      'a key named __proto__',
      ['home', '__proto__'],
      `export default { home: { ▸['__proto__']: 1 } };`.replace('▸[', '[▸'),
    ],
    ['a method', ['home'], 'export default { ▸home() {} };'],
    ['a shorthand key', ['boards'], 'const boards = [];\nexport default { ▸boards };'],
    ['what a shorthand key holds', ['boards', 0], 'const boards = [▸{}];\nexport default { boards };'],
    ['a constant as default export', ['home'], 'const config = { ▸home: {} };\nexport default config;'],
    ['a default export by name', ['home'], 'const config = { ▸home: {} };\nexport { config as default };'],
    [
      'types all around',
      ['a', 'b', 0, 'c'],
      'const b = [{ ▸c: 1 }] as const;\nexport default <T>{ a: { b: b! } satisfies A } as B;',
    ],
    [
      'an exported constant',
      ['boards', 0, 'name'],
      `export const oak = { ▸name: 'oak' };\nexport default { boards: [oak] };`,
    ],
    ['an element that is a constant', ['boards', 0], `const oak = {};\nexport default { boards: [▸oak] };`],
    [
      'a member of a constant',
      ['boards', 0, 'name'],
      'const all = { oak: [{ ▸name: 1 }] };\nexport default { boards: [all.oak[0]] };',
    ],
    [
      'a spread',
      ['boards', 0, 'role'],
      'const base = { ▸role: 1 };\nexport default { boards: [{ ...base, name: 1 }] };',
    ],
    ['a key that overrides a spread', ['role'], 'const base = { role: 1 };\nexport default { ...base, ▸role: 2 };'],
    ['a spread that overrides a key', ['role'], 'const base = { ▸role: 1 };\nexport default { role: 2, ...base };'],
    ['a spread of choice', ['smb'], 'export default { ...(big ? { nfs: 1 } : { ▸smb: 1 }), ...(big && { a: 1 }) };'],
    ['a condition', ['a'], 'const big = { a: 1 };\nexport default { ...(big && { ▸a: 2 }) };'],
    ['a choice', ['k3s', 'b'], 'export default { k3s: big ? { a: 1 } : { ▸b: 2 } };'],
    [
      'an element behind spreads',
      ['boards', 3],
      'const two = [{}, {}];\nexport default { boards: [{}, ...two, ▸{}] };',
    ],
    ['an element of a spread', ['boards', 2], 'const two = [{}, ▸{}];\nexport default { boards: [{}, ...two, {}] };'],
    [
      'what is written for a helper',
      ['boards', 0, 'address'],
      `const oak = pi('oak', { ▸address: 1 });\nexport default { boards: [oak] };`,
    ],
    ['after letters beyond ASCII', ['b'], `export default { é: '🏠', ▸b: 1 };`],
  ])('%s', (_what, path, source) => expectPlace(path, source));

  it.each<[string, Path, string]>([
    ['a key that is missing', ['home', 'name'], 'export default { ▸home: { domain: 1 } };'],
    ['a key that is missing in an element', ['boards', 0, 'name'], 'export default { boards: [▸{ role: 1 }] };'],
    ['a key that is missing at the top', ['home'], 'export default ▸defineConfig({});'],
    ['deep below a missing key', ['a', 'b', 'c', 0], 'export default { ▸a: {} };'],
    [
      'an element made by map()',
      ['shares', 2, 'name'],
      'export default { ▸shares: people.map((name) => ({ name })) };',
    ],
    [
      'an element made by map() from a list that can be seen',
      ['boards', 1, 'name'],
      "const names = ['oak', ▸'elm'];\nexport default { boards: names.map((name) => ({ name })) };",
    ],
    [
      'a key of an element made by map()',
      ['boards', 0, 'name'],
      "export default { boards: [▸{ name: 'oak' }].map((board) => ({ ...board, name: 1 })) };",
    ],
    [
      'a choice of which both sides have the key',
      ['boards', 0, 'name'],
      "const lab = [{ name: 'a' }];\nconst home = [{ name: 'b' }];\nexport default { ▸boards: test ? lab : home };",
    ],
    ['an element behind a spread of a call', ['boards', 0, 'name'], 'export default { ▸boards: [...more(), {}] };'],
    ['a key made by a helper', ['boards', 0, 'disks', 0], `export default { boards: [▸pi('oak')] };`],
    ['an index beyond the end', ['boards', 5], 'export default { ▸boards: [{}] };'],
    ['a key of an array', ['boards', 'name'], 'export default { ▸boards: [{ name: 1 }] };'],
    ['below a text', ['home', 'name'], `export default { ▸home: 'x' };`],
    ['a variable that may change', ['boards', 0], 'let boards = [{}];\nboards = [];\nexport default { ▸boards };'],
    ['constants in a circle', ['a', 'b'], 'const x = { ...y };\nconst y = { ...x };\nexport default { ▸a: x };'],
    ['a constant that is itself', ['a', 'b'], 'const x = x;\nexport default { ▸a: x };'],
    ['a package', ['boards', 0], `import { boards } from 'boards';\nexport default { ▸boards };`],
    ['a file that is not there', ['boards', 0], `import { boards } from './absent.ts';\nexport default { ▸boards };`],
    ['the config itself', [], `export default ▸{};`],
  ])('the nearest place for %s', (_what, path, source) => expectPlace(path, source));

  it('finds circles fast, however the constants multiply', () => {
    const lines = Array.from({ length: 60 }, (_, i) => `const x${i + 1} = { ...x${i}, ...x${i} };`);
    expectPlace(['a', 'b'], `const x0 = {};\n${lines.join('\n')}\nexport default { ▸a: x60 };`);
  });

  it.each<[string, Path, Record<string, string>]>([
    [
      'an import',
      ['boards', 0, 'name'],
      {
        'homecloud.config.ts': `import { boards } from './boards.ts';\nexport default { boards };`,
        'boards.ts': 'export const boards = [{ ▸name: 1 }];',
      },
    ],
    [
      'an import without ending, by another name',
      ['boards', 0],
      {
        'homecloud.config.ts': `import { all as boards } from './boards';\nexport default { boards };`,
        'boards.ts': 'const list = [▸{}];\nexport { list as all };',
      },
    ],
    [
      'an import with the ending of JavaScript',
      ['boards', 0],
      {
        'homecloud.config.ts': `import boards from './boards.js';\nexport default { boards };`,
        'boards.ts': 'export default [▸{}];',
      },
    ],
    [
      'a namespace',
      ['boards', 0],
      {
        'homecloud.config.ts': `import * as all from './boards';\nexport default { boards: all.boards };`,
        'boards.ts': 'export const boards = [▸{}];',
      },
    ],
    [
      'files that pass it on',
      ['boards', 0, 'name'],
      {
        'homecloud.config.ts': `import { boards } from './first';\nexport default { boards };`,
        'first.ts': `export * from './second';`,
        'second.ts': `export { default as boards } from './third';`,
        'third.ts': `import { name } from './boards';\nexport default [{ ▸name }];`,
        'boards.ts': `export const name = 'oak';`,
      },
    ],
    [
      'JSON',
      ['people', 1, 'name'],
      {
        'homecloud.config.ts': `import people from './people.json' with { type: 'json' };\nexport default { people };`,
        'people.json': '[{ "name": "alice" },\n { ▸"name": "bob" }]',
      },
    ],
    [
      'files in a circle',
      ['boards', 0],
      {
        'homecloud.config.ts': `import { boards } from './first';\nexport default { ▸boards };`,
        'first.ts': `export * from './second';`,
        'second.ts': `export * from './first';`,
      },
    ],
    [
      'nothing but a circle',
      ['boards'],
      {
        'homecloud.config.ts': `import { config } from './first';\nexport default ▸config;`,
        'first.ts': `export { config } from './second';`,
        'second.ts': `export { config } from './first';`,
      },
    ],
    [
      'a file that cannot be parsed',
      ['boards', 0],
      {
        'homecloud.config.ts': `import { boards } from './broken';\nexport default { ▸boards };`,
        'broken.ts': 'export const boards = [',
      },
    ],
  ])('follows %s', (_what, path, files) => expectPlace(path, files));

  it.each([
    ['does not parse', 'export default {'],
    ['is nested too deeply', `export default ${'['.repeat(50_000)}`],
    ['has no default export', 'export const a = 1;'],
    ['is empty', ''],
  ])('gives nothing for a source that %s', (_what, source) => {
    expect(locate(config, source, ['home'])).toBeUndefined();
  });

  it('finds every key of the sample', () => {
    const file = join(__dirname, '../homecloud.config.ts');
    const source = readFileSync(file, 'utf8');
    const lines = source.split('\n');
    const find = locator(file, source);
    const { default: sample } = require(file) as { default: Record<string, unknown> };
    const visit = (value: unknown, path: Path): number => {
      if (typeof value !== 'object' || value === null) return 0;
      return Object.entries(value).reduce((count, [key, inner]) => {
        const part = Array.isArray(value) ? Number(key) : key;
        const { line = 0, column = 0 } = find([...path, part]) ?? {};
        const text = lines[line - 1]?.slice(column - 1) ?? '';
        const written = typeof part === 'string' ? `${part}:` : typeof inner === 'object' ? '{' : `'${inner}'`;
        expect({ path: [...path, part], starts: text.slice(0, written.length) }).toEqual({
          path: [...path, part],
          starts: written,
        });
        return count + 1 + visit(inner, [...path, part]);
      }, 0);
    };
    expect(visit(sample, [])).toBeGreaterThan(100);
  });
});

describe('formatLocation', () => {
  it('is relative to the folder that the person is in', () => {
    const location = { file: '/home/alice/cloud/homecloud.config.ts', line: 42, column: 15 };
    expect(formatLocation(location, '/home/alice/cloud')).toBe('homecloud.config.ts:42:15');
    expect(formatLocation(location, '/home/alice/cloud/dist')).toBe('../homecloud.config.ts:42:15');
  });
});

describe('codeFrame', () => {
  const frame = (source: string, line: number, column: number) => {
    writeFileSync(config, source);
    return codeFrame({ file: config, line, column });
  };

  it('shows the line and marks the column', () => {
    expect(frame('a\r\n\t\tb: 1\r\nc', 2, 3)).toBe('2 | \t\tb: 1\n  | \t\t^');
  });

  it('cuts a long line around the column', () => {
    const [shown = '', mark = ''] = frame(`${'x'.repeat(5000)}Y${'x'.repeat(5000)}`, 1, 5001).split('\n');
    expect(shown.length).toBeLessThan(110);
    expect(shown[mark.indexOf('^')]).toBe('Y');
  });

  it('is empty when there is nothing to show', () => {
    expect(frame('a', 2, 1)).toBe('');
    expect(codeFrame({ file: join(folder, 'absent.ts'), line: 1, column: 1 })).toBe('');
  });
});
