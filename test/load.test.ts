import { type ChildProcess, execFile, fork } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import type { Answer, Request } from './fixtures/load/driver.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'homecloud-load-')));
chmodSync(root, 0o755);
const driver = join(root, 'tool/driver.mjs');
let program: ChildProcess;

beforeAll(async () => {
  await build({
    entryPoints: [join(__dirname, 'fixtures/load/driver.ts')],
    outfile: driver,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['esbuild'],
  });
  // A copy, which another user may read where the repository is in a folder of root's.
  for (const name of ['esbuild', '@esbuild']) {
    cpSync(join(__dirname, '../node_modules', name), join(root, 'tool/node_modules', name), { recursive: true });
  }
  program = fork(driver, { cwd: root });
});

afterAll(() => {
  program.kill();
  rmSync(root, { recursive: true, force: true });
});

let homes = 0;

/** A home on disk with these files; returns its config file. */
function home(files: Record<string, string>): string {
  homes += 1;
  const folder = join(root, `homes/${homes}`);
  write(folder, files);
  return join(folder, 'homecloud.config.ts');
}

function write(folder: string, files: Record<string, string>): void {
  mkdirSync(folder, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** Without the rights of root, who may read everything. */
async function askUnprivileged(file: string): Promise<Answer> {
  const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  const { stdout } = await promisify(execFile)(process.execPath, [driver, file], { cwd: root, ...user });
  return JSON.parse(stdout);
}

let requests = 0;

function ask(file: string, more: Omit<Request, 'id' | 'file'> = {}): Promise<Answer> {
  requests += 1;
  const id = requests;
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`the program ended with ${code}`));
    const onMessage = (answer: unknown) => {
      const { id: answered, ...rest } = answer as Answer;
      if (answered !== id) return;
      program.off('exit', onExit);
      program.off('message', onMessage);
      resolve(rest);
    };
    program.on('message', onMessage);
    program.once('exit', onExit);
    program.send({ id, file, ...more }, (error) => error && reject(error));
  });
}

/** The error of a home whose config is this text, with its location relative to the home. */
async function errorOf(files: string | Record<string, string>, more: Omit<Request, 'id' | 'file'> = {}) {
  const file = home(typeof files === 'string' ? { 'homecloud.config.ts': files } : files);
  const { error } = await ask(file, more);
  if (error === undefined) throw new Error('the config was loaded');
  return { ...error, location: error.location?.replace(`${dirname(file).slice(1)}/`, '') };
}

const defineConfig = {
  'node_modules/homecloud/package.json':
    '{"name":"homecloud","type":"module","exports":{".":{"default":"./index.js"}}}',
  'node_modules/homecloud/index.js': 'export const defineConfig = (config) => config;',
};

describe('loadConfig', () => {
  it('loads a config with its local imports, and names every file to watch', async () => {
    const file = home({
      ...defineConfig,
      'homecloud.config.ts': `
        import { defineConfig } from 'homecloud';
        import { boards } from './boards.ts';
        import people from './people.json';
        import type { Unused } from './absent.ts';
        export default defineConfig({ boards, people } satisfies Record<string, unknown>);`,
      'boards.ts': `import { subnet } from './lib/network';\nexport const boards: { address: string }[] = [{ address: \`\${subnet}.11\` }];`,
      'lib/network.ts': `export const subnet = '192.168.1' as const;`,
      'people.json': '[{ "name": "alice" }]',
    });
    const { value, files } = await ask(file);
    expect(value).toEqual({ boards: [{ address: '192.168.1.11' }], people: [{ name: 'alice' }] });
    expect(files).toEqual(
      ['boards.ts', 'homecloud.config.ts', 'lib/network.ts', 'people.json'].map((name) => join(dirname(file), name)),
    );
  });

  it('finds homecloud by self-reference, when the home is its own package', async () => {
    const file = home({
      'package.json': '{"name":"homecloud","type":"module","exports":{".":{"default":"./build/index.js"}}}',
      'build/index.js': 'export const defineConfig = (config) => ({ ...config, by: "self" });',
      'homecloud.config.ts': `import { defineConfig } from 'homecloud';\nexport default defineConfig({});`,
    });
    expect((await ask(file)).value).toEqual({ by: 'self' });
  });

  it('keeps functions, and the packages that the config shares with the program', async () => {
    const file = home({
      'node_modules/counter/package.json': '{"name":"counter","main":"index.cjs"}',
      'node_modules/counter/index.cjs':
        'globalThis.count = (globalThis.count ?? 0) + 1; exports.count = () => globalThis.count;',
      'homecloud.config.ts': `import { count } from 'counter';\nimport * as again from './again';\nexport default { count, again: again.count };`,
      'again.ts': `export { count } from 'counter';`,
    });
    expect((await ask(file)).value).toEqual({ count: 1, again: 1 });
  });

  it('gives every file its own import.meta', async () => {
    const file = home({
      'homecloud.config.ts': `import { key } from './keys/key.ts';\nexport default { key, here: import.meta.filename };`,
      'keys/key.ts': `import { readFileSync } from 'node:fs';
        export const key = readFileSync(new URL('key.pub', import.meta.url), 'utf8') + import.meta.dirname;`,
      'keys/key.pub': 'ssh-ed25519 ',
    });
    expect((await ask(file)).value).toEqual({ key: `ssh-ed25519 ${dirname(file)}/keys`, here: file });
  });

  it('leaves circles and getters of the value alone', async () => {
    const file = home({
      'homecloud.config.ts': `
        const circle: { self?: unknown } = {};
        circle.self = circle;
        export default Object.defineProperty({ circle: () => circle.self === circle }, 'thrower', {
          get() { throw new Error('read'); },
        });`,
    });
    expect((await ask(file)).value).toEqual({ circle: true });
  });

  it('lets functions import packages later', async () => {
    const file = home({
      'node_modules/late/package.json': '{"name":"late","type":"module","exports":"./index.js"}',
      'node_modules/late/index.js': 'export const late = 1;',
      'homecloud.config.ts': `export default { load: async () => (await import('late')).late };`,
    });
    expect((await ask(file)).value).toEqual({ load: 1 });
  });

  it('takes the folder of a link to the config as the home', async () => {
    const target = home({ 'homecloud.config.ts': `import { a } from './a';\nexport default { a };` });
    const file = home({ 'a.ts': 'export const a = 1;' });
    symlinkSync(target, file);
    expect((await ask(file)).value).toEqual({ a: 1 });
  });

  it('keeps what the config prints out of standard output', async () => {
    const file = home({
      'homecloud.config.ts': `console.log('printed'); process.stdout.write('written'); export default { a: 1 };`,
    });
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [driver, file]);
    expect(JSON.parse(stdout)).toMatchObject({ value: { a: 1 } });
    expect(stderr).toBe('printed\nwritten');
  });

  it('takes a folder of any name', async () => {
    const file = home({
      'my home *? #1 [é] %20/homecloud.config.ts': `import { fail } from './a b#/c%.ts';\nexport default { fail };`,
      'my home *? #1 [é] %20/a b#/c%.ts': `\nexport const fail = null.x;`,
    });
    const folder = join(dirname(file), 'my home *? #1 [é] %20');
    const { error } = await ask(join(folder, 'homecloud.config.ts'));
    expect(error?.location).toBe(`${folder.slice(1)}/a b#/c%.ts:2:26`);
  });

  it('leaves the exit code to the program', async () => {
    const file = home({ 'homecloud.config.ts': 'process.exitCode = 3; export default {};' });
    const { stdout } = await promisify(execFile)(process.execPath, [driver, file]);
    expect(JSON.parse(stdout)).toMatchObject({ value: {} });
  });
});

describe('a file that is no config', () => {
  it('is absent', async () => {
    const file = home({ 'other.txt': '' });
    const { error } = await ask(file);
    expect(error?.message).toBe(`there is no homecloud.config.ts in ${dirname(file)}`);
    expect(error?.hint).toContain('a new home starts with a copy of the sample');
    expect((await ask(join(file, 'homecloud.config.ts'))).error?.message).toContain(`in ${file}`);
  });

  it('is a folder', async () => {
    const file = home({ 'homecloud.config.ts/a.txt': '' });
    expect((await ask(file)).error?.message).toBe(`${file} is a folder, not a config`);
  });

  it('is a device', async () => {
    expect((await ask('/dev/null')).error?.message).toBe('/dev/null is not a regular file');
  });

  it('may not be read', async () => {
    const file = home({ 'homecloud.config.ts': 'export default {};' });
    chmodSync(file, 0);
    expect((await askUnprivileged(file)).error).toEqual({
      message: 'Cannot read file "homecloud.config.ts": permission denied',
      hint: 'let your user read the file and enter its folders',
    });
    chmodSync(file, 0o644);
    expect((await askUnprivileged(file)).value).toEqual({});
    chmodSync(dirname(file), 0);
    expect((await askUnprivileged(file)).error?.message).toBe(`${file} cannot be read (EACCES)`);
    chmodSync(dirname(file), 0o755);
  });
});

describe('a config that cannot be read as TypeScript', () => {
  it('has a syntax error', async () => {
    expect(await errorOf(`export default {\n\t'é': 'é', 'ü' 3,\n};`)).toEqual({
      message: 'Expected ":" but found "3"',
      hint: 'correct the line',
      location: 'homecloud.config.ts:2:16',
      frame: `2 | \t'é': 'é', 'ü' 3,\n  | \t              ^`,
    });
  });

  it('has a syntax error in a file that it imports', async () => {
    const files = { 'homecloud.config.ts': `import './boards';\nexport default {};`, 'boards.ts': 'export const = 1;' };
    expect(await errorOf(files)).toMatchObject({ location: 'boards.ts:1:14' });
  });

  it('writes a key twice', async () => {
    expect(await errorOf(`export default {\n  boards: [],\n  boards: [1],\n};`)).toMatchObject({
      message: 'Duplicate key "boards" in object literal',
      location: 'homecloud.config.ts:3:3',
    });
  });

  it('waits at its top level', async () => {
    const error = await errorOf(`const text = await fetch('https://example.org');\nexport default { text };`);
    expect(error).toMatchObject({
      message: 'the file waits: it has an await outside of a function',
      location: 'homecloud.config.ts:1:14',
    });
  });

  it('imports files that are not there: all are named', async () => {
    const error = await errorOf(`import a from './a';\nimport b from '../b.ts';\nexport default { a, b };`);
    expect(error.message).toMatch(/^cannot find \.\/a\nalso .*homecloud\.config\.ts:2:15: cannot find \.\.\/b\.ts$/);
    expect(error.location).toBe('homecloud.config.ts:1:15');
  });

  it('imports a name that the file does not export', async () => {
    const files = {
      'homecloud.config.ts': `import * as all from './boards';\nexport default { boards: all.bords };`,
      'boards.ts': 'export const boards = [];',
    };
    expect(await errorOf(files)).toMatchObject({
      hint: 'Did you mean to import "boards" instead?',
      location: 'homecloud.config.ts:2:30',
    });
  });
});

describe('a config that imports a package', () => {
  it('which is not installed', async () => {
    const error = await errorOf(`import { a } from '@scope/name/file.js';\nexport default { a };`);
    expect(error).toMatchObject({
      message: 'the package "@scope/name/file.js" is not installed',
      hint: 'in the folder of the home: npm install @scope/name',
      location: 'homecloud.config.ts:1:19',
    });
  });

  it('which is homecloud, not installed or not built', async () => {
    const config = `import { defineConfig } from 'homecloud';\nexport default defineConfig({});`;
    expect(await errorOf(config)).toMatchObject({
      message: 'the package "homecloud" is not installed',
      hint: 'in the folder of the home: npm install homecloud',
    });
    const unbuilt = { ...defineConfig, 'homecloud.config.ts': config };
    const { 'node_modules/homecloud/index.js': _, ...rest } = unbuilt;
    expect(await errorOf(rest)).toMatchObject({
      message: expect.stringMatching(/^cannot load "homecloud": Error: Cannot find module '.*index\.js'$/),
      hint: expect.stringContaining('npm run build'),
    });
  });

  it('which is a file of the home, written without its path', async () => {
    const files = {
      'homecloud.config.ts': `import { boards } from 'boards';\nexport default { boards };`,
      'boards.ts': '',
    };
    expect(await errorOf(files)).toMatchObject({ hint: `a file of yours is imported by its path: './boards.ts'` });
  });

  it('which lacks a package of its own', async () => {
    const files = {
      'node_modules/outer/index.js': `require('inner');`,
      'homecloud.config.ts': `\nimport { a } from 'outer';\nexport default { a };`,
    };
    expect(await errorOf(files)).toMatchObject({
      message: `cannot load "outer": Error: Cannot find module 'inner'`,
      hint: 'install it again, or another version of it: npm install outer',
      location: 'homecloud.config.ts:2:19',
    });
  });
});

describe('a config that throws', () => {
  it('an Error: its place is in the source, not in the bundle', async () => {
    const files = {
      'homecloud.config.ts': `import { board } from './board';\n\ntype Unused = string;\n\nexport default {\n  boards: [board('oak')],\n};`,
      'board.ts': `export interface Board { name: string }\n\nexport function board(name: string): Board {\n  if (name === 'oak') throw new RangeError(\`no \${name}\`);\n  return { name };\n}`,
    };
    expect(await errorOf(files)).toEqual({
      message: 'homecloud.config.ts throws RangeError: no oak',
      hint: 'correct the line',
      location: 'board.ts:4:29',
      frame: `4 |   if (name === 'oak') throw new RangeError(\`no \${name}\`);\n  |                             ^`,
    });
  });

  it('in a package: the place is its call', async () => {
    const files = {
      'node_modules/thrower/index.js': `const fail = (depth) => { if (depth === 0) throw new TypeError('refused'); fail(depth - 1); };\nexports.fail = () => fail(50);`,
      'homecloud.config.ts': `import { fail } from 'thrower';\nexport default {\n  a: fail(),\n};`,
    };
    expect(await errorOf(files)).toMatchObject({
      message: 'homecloud.config.ts throws TypeError: refused',
      location: 'homecloud.config.ts:3:6',
    });
  });

  it.each([
    ['a name that does not exist', 'export default { a: absent };', 'ReferenceError: absent is not defined', true],
    [
      'an endless recursion',
      'const f = (): number => f() + 1;\nexport default { a: f() };',
      'RangeError: Maximum',
      true,
    ],
    ['a pattern that is none', 'export default { a: /(/ };', 'SyntaxError: Invalid regular expression', true],
    ['a string', `throw 'no boards';\nexport default {};`, `'no boards', which is not an Error`, false],
    ['null', 'throw null;\nexport default {};', 'null, which is not an Error', false],
    [
      'an error that cannot be read',
      `throw Object.defineProperty(new Error(''), 'message', { get() { throw 1; } });\nexport default {};`,
      'an error that cannot be read',
      false,
    ],
    [
      'a Proxy',
      `throw new Proxy({}, { get() { throw 1; }, ownKeys() { throw 2; } });\nexport default {};`,
      '{}',
      false,
    ],
  ])('%s', async (_what, config, text, hasPlace) => {
    const error = await errorOf(config);
    expect(error.message).toContain(`homecloud.config.ts throws ${text}`);
    expect(error.location !== undefined).toBe(hasPlace);
  });
});

describe('a config that does not come back', () => {
  it.each([
    ['loops', 'for (;;) {}\nexport default {};'],
    ['loops and catches', 'for (;;) { try { for (;;) {} } catch {} finally { continue; } }\nexport default {};'],
    [
      'loops in the error that it throws',
      `throw Object.defineProperty(new Error(''), 'message', { get() { for (;;) {} } });`,
    ],
    ['waits for a lock', 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);\nexport default {};'],
  ])('%s: it is cut', async (_what, config) => {
    const start = performance.now();
    const error = await errorOf(config, { options: { timeLimit: 100 } });
    expect(error.message).toBe('homecloud.config.ts did not finish loading in 0.1 s');
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it('exits', async () => {
    expect(await errorOf(`export default {};\n\nprocess.exit(0);`)).toMatchObject({
      message: 'homecloud.config.ts ends the program: it calls process.exit(0)',
      location: 'homecloud.config.ts:3:9',
    });
    const inPackage = {
      'node_modules/exits/index.js': 'process.exit(1);',
      'homecloud.config.ts': `import 'exits';\nexport default {};`,
    };
    expect(await errorOf(inPackage)).toMatchObject({
      message: 'homecloud.config.ts ends the program: it calls process.exit(1)',
      location: 'homecloud.config.ts:1:8',
    });
    const caught = `import { exit } from 'node:process';\ntry { exit(); } catch {}\nexport default {};`;
    expect(await errorOf(caught)).toMatchObject({ location: 'homecloud.config.ts:2:7' });
  });
});

describe('a config without an object to export', () => {
  it.each([
    ['nothing', '', 'homecloud.config.ts has no default export: it exports nothing'],
    ['a constant', 'export const config = {};', 'homecloud.config.ts has no default export: it exports config'],
    ['module.exports', 'module.exports = 5;', 'homecloud.config.ts has no default export: it exports nothing'],
    [
      'a function',
      'export default () => ({});',
      'the default export of homecloud.config.ts is a function, not an object',
    ],
    ['a class', 'export default class {}', 'the default export of homecloud.config.ts is a function, not an object'],
    [
      'a Promise',
      `export default Promise.reject(new Error('late'));`,
      'the default export of homecloud.config.ts is a Promise, not an object',
    ],
    ['undefined', 'export default undefined;', 'the default export of homecloud.config.ts is undefined, not an object'],
    ['null', 'export default null;', 'the default export of homecloud.config.ts is null, not an object'],
    ['an array', 'export default [];', 'the default export of homecloud.config.ts is an array, not an object'],
    ['a string', `export default 'home';`, 'the default export of homecloud.config.ts is a string, not an object'],
  ])('%s', async (_what, config, message) => {
    const error = await errorOf(config);
    expect(error.message).toBe(message);
    expect(error.hint).toMatch(/export default defineConfig|Sync/);
  });
});

it('says so when esbuild does not run on this machine', async () => {
  const env = { ...process.env, ESBUILD_BINARY_PATH: '/bin/false' };
  const file = home({ 'homecloud.config.ts': 'export default {};' });
  const { stdout } = await promisify(execFile)(process.execPath, [driver, file], { env });
  expect(JSON.parse(stdout).error).toMatchObject({
    message: expect.stringContaining('esbuild, which reads the config, does not run here'),
    hint: expect.stringContaining('npm ci'),
  });
});

describe('ConfigLoader', () => {
  it('loads again what has changed, through errors, and names the files to watch also then', async () => {
    const file = home({
      'homecloud.config.ts': `import { name } from './name';\nexport default { name };`,
      'name.ts': `export const name = 'oak';`,
    });
    const folder = dirname(file);
    const again = () => ask(file, { again: true });
    const files = ['homecloud.config.ts', 'name.ts'].map((name) => join(folder, name));
    expect(await again()).toMatchObject({ value: { name: 'oak' }, files });
    write(folder, { 'name.ts': `export const name = 'elm';` });
    expect(await again()).toMatchObject({ value: { name: 'elm' }, files });
    write(folder, { 'name.ts': 'export const name = ;' });
    expect(await again()).toMatchObject({ error: { message: 'Unexpected ";"' }, files });
    write(folder, { 'name.ts': 'export const nom = 1;' });
    expect(await again()).toMatchObject({ error: { message: expect.stringContaining('No matching export') }, files });
    write(folder, { 'name.ts': `export const name = 1;\nthrow new Error('no');` });
    expect(await again()).toMatchObject({ error: { location: expect.stringMatching(/name\.ts:2:7$/) }, files });
    rmSync(join(folder, 'name.ts'));
    expect(await again()).toMatchObject({ error: { message: 'cannot find ./name' }, files: [file] });
    rmSync(file);
    expect(await again()).toMatchObject({ error: { message: `there is no homecloud.config.ts in ${folder}` } });
    write(folder, { 'homecloud.config.ts': `export default { name: 'fir' };` });
    expect(await again()).toMatchObject({ value: { name: 'fir' }, files: [file] });
  });
});
