import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';

const root = join(__dirname, '..');
const main = join(root, 'build/main.js');
const scratch = mkdtempSync(join(tmpdir(), 'homecloud-cli-'));
let home = scratch;
let homes = 0;

beforeEach(() => {
  homes += 1;
  home = join(scratch, `home-${homes}`);
  mkdirSync(join(home, 'node_modules'), { recursive: true });
  // As `npm install homecloud` would: the home depends on the package.
  symlinkSync(root, join(home, 'node_modules/homecloud'));
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function homecloud(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    cwd: home,
    encoding: 'utf8',
    timeout: 30_000,
  });
  return { status, stdout, stderr };
}

/** Writes a config that exports `value`, as source text. */
function config(value: string): void {
  writeFileSync(
    join(home, 'homecloud.config.ts'),
    `import { defineConfig } from 'homecloud';\n\nexport default defineConfig(${value});\n`,
  );
}

/** The minimal household without its dashboard and its authority, so that it needs no encrypted Secret. */
const minimal = (
  readFileSync(join(root, 'test/households/minimal.ts'), 'utf8').match(/defineConfig\(([\s\S]*)\);/)?.[1] ?? ''
).replace(/\}$/, "  traefik: { dashboard: false },\n  certificates: { mode: 'none' },\n}");

/** Gives the home the minimal config and its `dist/`, which is synthesized once: the tests begin with what comes after. */
function synthesized(): void {
  config(minimal);
  const [first, dist] = [join(scratch, 'synthesized'), join(home, 'dist')];
  if (!existsSync(first)) {
    expect(homecloud('synth', '--quiet', '--out', first)).toEqual({ status: 0, stdout: '', stderr: '' });
  }
  cpSync(first, dist, { recursive: true });
}

/** No stack, nothing written, and one exit code. */
function expectRefusal(
  { status, stderr, stdout }: ReturnType<typeof homecloud>,
  exitCode: number,
  ...texts: string[]
): void {
  expect(stderr).not.toMatch(/^\s+at /m);
  for (const text of texts) expect(stderr).toContain(text);
  expect({ status, stdout }).toEqual({ status: exitCode, stdout: '' });
}

describe('synth', () => {
  it('writes dist/ beside the config, then has nothing to write', () => {
    config(minimal);
    const first = homecloud('synth');
    expect(first).toMatchObject({ status: 0, stderr: '' });
    expect(first.stdout).toMatch(/\d+ files created, 0 changed, 0 deleted/);
    const second = homecloud('synth');
    expect(second).toMatchObject({ status: 0, stderr: '' });
    expect(second.stdout).toMatch(/is up to date: \d+ files\.\n$/);
    expect(homecloud('check')).toMatchObject({ status: 0, stderr: '' });
  });

  it('resolves all from the folder of the config, not from where it is called', () => {
    config(minimal);
    const elsewhere = spawnSync(
      process.execPath,
      [main, 'synth', '--quiet', '--config', join(home, 'homecloud.config.ts')],
      { cwd: root },
    );
    expect({ status: elsewhere.status, written: existsSync(join(home, 'dist/SHA256SUMS')) }).toEqual({
      status: 0,
      written: true,
    });
  });

  it('prints JSON for programs and nothing with --quiet', () => {
    config(minimal);
    expect(JSON.parse(homecloud('synth', '--json').stdout)).toMatchObject({ changed: [], deleted: [], unknown: [] });
    expect(homecloud('synth', '--quiet')).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it('reports an unknown file and keeps it, and takes away what a changed config no longer has', () => {
    synthesized();
    writeFileSync(join(home, 'dist/mine.txt'), 'mine');
    config(minimal.replace("name: 'pi'", "name: 'tau'"));
    const result = homecloud('synth');
    expect(result.stderr).toContain('mine.txt was not written by homecloud');
    expect(result.stdout).toContain('- ansible/inventory/host_vars/pi.yml');
    expect(readFileSync(join(home, 'dist/mine.txt'), 'utf8')).toBe('mine');
    expect(existsSync(join(home, 'dist/ansible/inventory/host_vars/pi.yml'))).toBe(false);
  });
});

describe('synth --watch', () => {
  it('writes again at each change, tells what is wrong meanwhile, and writes once it is mended', async () => {
    config(minimal);
    const child = spawn(process.execPath, [main, 'synth', '--watch'], { cwd: home });
    let stderr = '';
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    const until = async (condition: () => boolean) => {
      while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
    };
    try {
      await until(() => stderr.includes('Watching'));
      expect(existsSync(join(home, 'dist/ansible/inventory/host_vars/pi.yml'))).toBe(true);
      config(minimal.replace("name: 'pi'", "nmae: 'pi'"));
      await until(() => stderr.includes('error CFG001'));
      config(minimal.replace("name: 'pi'", "name: 'tau'"));
      await until(() => existsSync(join(home, 'dist/ansible/inventory/host_vars/tau.yml')));
      expect(existsSync(join(home, 'dist/ansible/inventory/host_vars/pi.yml'))).toBe(false);
    } finally {
      child.kill();
    }
  }, 30_000);
});

describe('check', () => {
  it('finds drift: 1', () => {
    synthesized();
    writeFileSync(join(home, 'dist/ansible/ansible.cfg'), 'edited');
    const result = homecloud('check');
    expectRefusal(result, 1, 'ansible.cfg is not what the config says', 'run homecloud synth');
  });

  it('tells warnings, which --strict takes for errors', () => {
    config(minimal.replace(", boot: 'ssd'", ''));
    const synth = homecloud('synth', '--quiet');
    expect(synth.status).toBe(0);
    expect(synth.stderr).toMatch(/^homecloud\.config\.ts:\d+:\d+ warning K3S006/);
    expect(homecloud('check').status).toBe(0);
    expectRefusal(homecloud('check', '--strict'), 2, 'error K3S006', '1 problem in homecloud.config.ts');
    expect(JSON.parse(homecloud('check', '--json').stdout)).toMatchObject({
      fine: true,
      problems: [{ code: 'K3S006', severity: 'warning' }],
    });
    expect(JSON.parse(homecloud('check', '--strict', '--json').stdout)).toMatchObject({
      fine: false,
      problems: [{ code: 'K3S006', severity: 'error' }],
    });
  });

  it('prints the problems of a wrong config as JSON: both sides with their places', () => {
    config(minimal.replace("gateway: '192.168.0.1'", "gateway: '192.168.0.10'"));
    const { status, stdout, stderr } = homecloud('check', '--json');
    expect({ status, stderr }).toEqual({ status: 2, stderr: '' });
    const file = join(home, 'homecloud.config.ts');
    expect(JSON.parse(stdout)).toEqual({
      fine: false,
      problems: [
        {
          code: 'NET008',
          severity: 'error',
          path: ['network', 'virtualIp'],
          message: '192.168.0.10 is already used by network.gateway',
          hint: 'give each its own free address',
          location: { file, line: 9, column: 5 },
          other: ['network', 'gateway'],
          otherLocation: { file, line: 7, column: 5 },
        },
      ],
    });
    writeFileSync(file, 'export default {');
    expect(JSON.parse(homecloud('synth', '--json').stdout)).toMatchObject({
      fine: false,
      problems: [{ code: 'CFG007', location: { file, line: 1 } }],
    });
  });

  it('prints drift as JSON', () => {
    synthesized();
    writeFileSync(join(home, 'dist/ansible/ansible.cfg'), 'edited');
    expect(JSON.parse(homecloud('check', '--json').stdout)).toMatchObject({
      fine: false,
      problems: [],
      out: join(home, 'dist'),
      created: [],
      changed: ['ansible/ansible.cfg'],
      deleted: [],
      unknown: [],
    });
  });
});

describe('report', () => {
  it('prints tables, and the same facts as JSON', () => {
    config(minimal);
    const text = homecloud('report');
    expect(text).toMatchObject({ status: 0, stderr: '' });
    for (const fact of ['192.168.0.11', 'versions.k3s.sha256.arm64', 'vault_k3s_token'])
      expect(text.stdout).toContain(fact);
    expect(JSON.parse(homecloud('report', '--json').stdout)).toMatchObject({
      boards: [{ board: 'pi', address: '192.168.0.11' }],
    });
    expect(homecloud('report', 'ports').stdout).toMatch(/^Ports that each board opens\n {2}board +port/);
    expectRefusal(homecloud('report', 'prots'), 2, 'there is no table prots');
  });

  it('prints the rules, also without a config', () => {
    const { status, stdout } = homecloud('report', 'rules');
    expect(status).toBe(0);
    for (const text of ['NET005', 'NODE005', 'LH001', 'issue 8']) expect(stdout).toContain(text);
    expect(JSON.parse(homecloud('report', 'rules', '--json').stdout)).toMatchObject({ rules: expect.any(Array) });
  });
});

describe('a wrong config: exit code 2, a clear message, nothing written', () => {
  it('names the line of each problem and both sides', () => {
    config(minimal.replace("gateway: '192.168.0.1'", "gateway: '192.168.0.10'").replace('memory', 'memroy'));
    const result = homecloud('synth');
    expectRefusal(result, 2, 'error CFG001', 'did you mean memory?', 'error NET008', 'nothing was written');
    expect(result.stderr).toMatch(/homecloud\.config\.ts:\d+:\d+ error CFG001/);
    expect(existsSync(join(home, 'dist'))).toBe(false);
  });

  it.each<[string, string, ...string[]]>([
    ['an empty object', '{}', 'home: is missing', 'boards: is missing'],
    ['no boards', minimal.replace(/boards: \[[\s\S]*?\n {2}\],/, 'boards: [],'), 'boards: is empty'],
    ['__proto__', '{ ["__proto__"]: { polluted: true } }', '__proto__'],
    ['a name that would leave the tree', minimal.replace("name: 'pi'", "name: '../../pi'"), 'boards[0].name'],
  ])('%s', (_what, value, ...texts) => {
    config(value);
    expectRefusal(homecloud('synth'), 2, ...texts);
    expect(existsSync(join(home, 'dist'))).toBe(false);
  });

  it.each<[string, string, string]>([
    ['no config', '', 'homecloud.config.ts'],
    ['a syntax error', 'export default {', 'homecloud.config.ts:1'],
    ['a config that throws', "throw new Error('sunday');", 'sunday'],
    [
      'a config that leaves a failing promise',
      "void Promise.reject(new Error('monday'));\nexport default {};",
      'monday',
    ],
    ['a config that exports nothing', 'const home = {};', 'default export'],
    [
      'a type error',
      'const boards: string[] = undefined as any;\nexport default { boards: boards.length };',
      'homecloud.config.ts:2',
    ],
  ])('%s', (_what, source, text) => {
    if (source !== '') writeFileSync(join(home, 'homecloud.config.ts'), source);
    expectRefusal(homecloud('synth'), 2, text);
  });

  it('a timer that the config leaves does not keep the program alive', () => {
    config(minimal);
    const file = join(home, 'homecloud.config.ts');
    writeFileSync(file, `setInterval(() => {}, 1000);\n${readFileSync(file, 'utf8')}`);
    expect(homecloud('synth', '--quiet')).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it('200 boards give a tree, in a network that has room for them', () => {
    const boards = `Array.from({ length: 200 }, (_, index) => ({ name: \`b\${index}\`, address: \`10.9.\${index < 100 ? 0 : 1}.\${(index % 100) + 11}\`, hardware: 'arm64' as const, memory: '4GiB', role: index === 0 ? ('server' as const) : ('agent' as const), boot: 'ssd' as const }))`;
    config(
      minimal
        .replace(/boards: \[[\s\S]*?\n {2}\],/, `boards: ${boards},`)
        .replaceAll('192.168.0.', '10.9.0.')
        .replace('10.9.0.0/24', '10.9.0.0/16'),
    );
    expect(homecloud('synth', '--quiet')).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(existsSync(join(home, 'dist/ansible/inventory/host_vars/b199.yml'))).toBe(true);
  });
});

describe('a wrong call or a wrong place', () => {
  it.each([[['sinth']], [['synth', '--nonsense']], [['check', 'extra']]])('%j: exit code 2 and the help', (args) => {
    expectRefusal(homecloud(...args), 2, 'homecloud --help');
  });

  it('--help and --version: exit code 0', () => {
    expect(homecloud('--help')).toMatchObject({ status: 0, stderr: '' });
    expect(homecloud('--version').stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('a dist/ that is a file', () => {
    config(minimal);
    writeFileSync(join(home, 'dist'), 'a file');
    expectRefusal(homecloud('synth'), 1, 'dist');
    expect(readFileSync(join(home, 'dist'), 'utf8')).toBe('a file');
  });

  it('a dist/ that is a link out of the home', () => {
    config(minimal);
    mkdirSync(join(scratch, 'outside'), { recursive: true });
    symlinkSync(join(scratch, 'outside'), join(home, 'dist'));
    expectRefusal(homecloud('synth'), 1, 'dist');
    expect(existsSync(join(scratch, 'outside/SHA256SUMS'))).toBe(false);
  });

  it('an --out that holds the home', () => {
    config(minimal);
    expectRefusal(homecloud('synth', '--out', '.'), 1, 'holds the home itself');
    expectRefusal(homecloud('synth', '--out', '..'), 1, 'holds the home itself');
    expect(existsSync(join(home, 'homecloud.config.ts'))).toBe(true);
  });

  it('a copied home gives the same bytes', () => {
    synthesized();
    const copy = join(scratch, `copy-${homes}`);
    cpSync(home, copy, { recursive: true, verbatimSymlinks: true });
    rmSync(join(copy, 'dist'), { recursive: true });
    spawnSync(process.execPath, [main, 'synth', '--quiet'], { cwd: copy });
    expect(readFileSync(join(copy, 'dist/SHA256SUMS'), 'utf8')).toBe(
      readFileSync(join(home, 'dist/SHA256SUMS'), 'utf8'),
    );
  });
});
