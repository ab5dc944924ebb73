import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { build } from 'esbuild';
import { compareTree } from '../tree/compare.ts';
import { native } from '../tree/native.ts';
import type { Tree } from '../tree/tree.ts';
import { writeTree } from '../tree/write.ts';
import { WriteError } from '../tree/write-error.ts';
import { contentsOf, failure, refuse, scratch, statsOf, tree, verifyManifest } from './write-disk.ts';
import { bigTree } from './write-trees.ts';

/** The two ways in which the next `dist` takes the place of the old one. */
const ways = ['one exchange', 'two renames'] as const;
const twoRenames = ['--import', join(__dirname, 'write-two-renames.mjs')];

const isRoot = process.geteuid?.() === 0;
const nobody = 65534;

/** A mount that only the program sees, and that is gone with it. */
const mounting = ['unshare', '--mount', ...(isRoot ? [] : ['--map-root-user']), 'sh', '-c'];
const canMount = run([...mounting, 'mount -t tmpfs tmpfs /mnt']).status === 0;

// On a machine that has other work.
jest.setTimeout(60_000);

let folder = '';
let program = '';
let home = '';
let dist = '';

beforeAll(async () => {
  folder = fs.mkdtempSync(join(tmpdir(), 'homecloud-write-program-'));
  program = join(folder, 'write-child.cjs');
  await build({
    entryPoints: [join(__dirname, 'write-child.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    external: ['fs-native-extensions'],
  });
});

afterAll(() => fs.rmSync(folder, { recursive: true }));

beforeEach(() => {
  home = fs.mkdtempSync(join(scratch, 'homecloud-write-'));
  dist = join(home, 'dist');
});

afterEach(() => {
  jest.restoreAllMocks();
  fs.rmSync(home, { recursive: true });
});

it.each(ways)('leaves the old or the new dist when killed at any moment: %s', async (way) => {
  const [old, next] = [bigTree(300, 'a'), bigTree(300, 'b')];
  const wholes = [old, next].map((tree) => ({ ...writtenBy(tree), mine: 'mine' }));
  let interrupted = 0;
  for (let round = 0; round < 6 || interrupted === 0; round++) {
    writeTree(dist, old);
    fs.writeFileSync(join(dist, 'mine'), 'mine');
    const child = start(...(way === 'two renames' ? twoRenames : []), program, dist, '300', '1000');
    while (!fs.existsSync(join(home, '.dist.work'))) await sleep(1);
    await sleep(Math.random() * 80);
    child.kill('SIGKILL');
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);

    if (fs.existsSync(join(home, '.dist.work'))) interrupted += 1;
    // Puts dist back, where it takes two renames.
    if (way === 'two renames') compareTree(dist, old);
    expect(wholes).toContainEqual(contentsOf(dist));
    writeTree(dist, old);
    expect(fs.readdirSync(home)).toEqual(['dist']);
  }
});

it.each([
  ['compareTree', compareTree],
  ['writeTree', writeTree],
])('%s puts the old dist back after a kill between the two renames', (_, use) => {
  const old = bigTree(6, 'a');
  writeTree(dist, old);
  fs.writeFileSync(join(dist, 'mine'), 'mine');
  const before = statsOf(dist);
  const { signal } = run([process.execPath, ...twoRenames, program, dist, '6', '1'], { KILL_AT_RENAME: '2' });
  expect(signal).toBe('SIGKILL');
  expect(fs.readdirSync(home)).toEqual(['.dist.work']);
  expect(use(dist, old)).toEqual({ created: [], changed: [], deleted: [], edited: [], unknown: ['mine'] });
  expect(statsOf(dist)).toEqual(before);
  expect(fs.readdirSync(home)).toEqual(['dist']);
});

/** The calls of node:fs that writing is made of, as properties that can be replaced. */
const calls = fs as unknown as Record<string, (...args: unknown[]) => unknown>;
const names = [
  ...['mkdir', 'open', 'ftruncate', 'write', 'writeFile', 'access', 'chmod', 'link', 'copyFile', 'utimes', 'fsync'],
  ...['rename', 'rm', 'unlink', 'rmdir', 'lstat', 'fstat', 'readdir', 'readFile'],
].map((name) => `${name}Sync`);

it.each(ways.flatMap((way) => [[way, 'fails'] as const, [way, 'and all that follow fail'] as const]))(
  'leaves the old or the new dist with %s when any step %s',
  (way, failing) => {
    const [old, next] = [bigTree(3, 'a'), bigTree(3, 'b')];
    const wholes = [old, next].map(writtenBy);
    let failed = 0;
    let withoutDist = 0;
    let countdown = 0;
    for (let step = 1; countdown <= 0; step++) {
      writeTree(dist, old);
      if (way === 'two renames') jest.spyOn(native(), 'swapSync').mockImplementation(() => refuse('EINVAL'));
      countdown = step;
      for (const name of names) {
        const call = calls[name];
        jest.spyOn(calls, name).mockImplementation((...args) => {
          countdown -= 1;
          const isFailing = failing === 'fails' ? countdown === 0 : countdown <= 0;
          return isFailing ? refuse('ENOSPC') : call?.(...args);
        });
      }
      try {
        writeTree(dist, next);
      } catch (error) {
        expect(error).toBeInstanceOf(WriteError);
        failed += 1;
      }
      jest.restoreAllMocks();
      if (!fs.existsSync(dist)) withoutDist += 1;
      compareTree(dist, old);
      expect(wholes).toContainEqual(contentsOf(dist));
      writeTree(dist, next);
      expect(contentsOf(dist)).toEqual(wholes[1]);
      expect(fs.readdirSync(home)).toEqual(['dist']);
    }
    expect(failed).toBeGreaterThan(20);
    expect(withoutDist).toBe(way === 'two renames' && failing !== 'fails' ? 1 : 0);
  },
);

// Mounting is not allowed everywhere; a limit of file sizes is.
const mount = 'mount -t tmpfs -o size=64k tmpfs "$home" && cp -r "$home.old/dist" "$home"';
const disks: readonly (readonly [string, string, string, string])[] = [
  ['a limit of file sizes', 'ulimit -f 8', 'EFBIG: file too large', 'ulimit'],
  ['a full disk', mount, 'ENOSPC: no space left on device', 'free some space'],
  ['a read-only disk', `${mount} && mount -o remount,bind,ro "$home"`, 'EROFS: read-only file system', 'read-only'],
];

it.each(disks.slice(0, canMount ? 3 : 1))('leaves the old dist when it meets %s', (_, limit, message, hint) => {
  const place = join(home, 'home');
  for (const it of [place, `${place}.old`]) {
    fs.mkdirSync(it);
    writeTree(join(it, 'dist'), bigTree(3, 'a'));
  }
  const script = [
    `home=$1; shift; ${limit} || exit; "$@"; echo "status $?"`,
    'ls -A "$home"; diff -r "$home/dist" "$home.old/dist" && echo whole',
  ].join('\n');
  const shell = canMount ? mounting : ['sh', '-c'];
  const { stdout } = run([...shell, script, 'sh', place, process.execPath, program, join(place, 'dist'), '90', '1']);
  expect(stdout.trim().split('\n')).toEqual([
    'ready',
    expect.stringContaining(`cannot write dist: ${message}`),
    expect.stringContaining(hint),
    'status 1',
    'dist',
    'whole',
  ]);
});

it('says which folder in dist is of another user, before it is too late', () => {
  writeTree(dist, bigTree(6, 'a'));
  const theirs = join(dist, 'kubernetes/apps/folder-1');
  if (isRoot) {
    for (const path of [home, ...Object.keys(statsOf(dist)).map((it) => join(dist, it))]) {
      if (path !== theirs) fs.chownSync(path, nobody, nobody);
    }
  } else {
    fs.chmodSync(theirs, 0o555);
  }
  const before = statsOf(dist);
  const { stdout } = run([process.execPath, program, dist, '6', '1', ...(isRoot ? [String(nobody)] : [])]);
  expect(stdout).toContain(`cannot write dist: EACCES: permission denied, access '${theirs}'`);
  expect(statsOf(dist)).toEqual(before);
  expect(fs.readdirSync(home)).toEqual(['dist']);
  fs.chmodSync(theirs, 0o755);
});

it('refuses to write while another process does, and names it', () => {
  writeTree(dist, bigTree(3, 'a'));
  fs.mkdirSync(join(home, '.dist.work'));
  const lock = fs.openSync(join(home, '.dist.work/lock'), 'w+');
  try {
    fs.writeSync(lock, '42');
    expect(native().tryLock(lock)).toBe(true);
    const error = failure(() => writeTree(dist, bigTree(3, 'b')));
    expect(error.message).toBe('another homecloud (process 42) is at work in .dist.work');
    expect(compareTree(dist, bigTree(3, 'a')).changed).toEqual([]);
  } finally {
    fs.closeSync(lock);
  }
  writeTree(dist, bigTree(3, 'b'));
  expect(fs.readdirSync(home)).toEqual(['dist']);
});

it.each([
  [{ a: '1', b: '1' }, { c: '1' }, { created: ['a', 'b'], changed: ['SHA256SUMS'], deleted: ['c'] }],
  [{ a: '1' }, { a: '1', c: '1' }, { created: [], changed: ['SHA256SUMS'], deleted: ['c'] }],
])('compares one dist, not two, when another process writes meanwhile: %j, %j', (files, others, difference) => {
  writeTree(dist, tree(files));
  const { readFileSync } = calls;
  let reads = 0;
  jest.spyOn(calls, 'readFileSync').mockImplementation((...args) => {
    reads += 1;
    // The manifest is read, and the names.
    if (reads === 2) writeTree(dist, tree(others));
    return readFileSync?.(...args);
  });
  expect(compareTree(dist, tree(files))).toEqual({ ...difference, edited: [], unknown: [] });
});

it('writes over what another process wrote just before', () => {
  writeTree(dist, tree({ a: '1', b: '1' }));
  const { mkdirSync } = calls;
  let isFirst = true;
  jest.spyOn(calls, 'mkdirSync').mockImplementation((...args) => {
    const isMine = isFirst;
    isFirst = false;
    if (isMine) writeTree(dist, tree({ b: '3', c: '3' }));
    return mkdirSync?.(...args);
  });
  const next = tree({ a: '2', b: '1' });
  expect(writeTree(dist, next)).toMatchObject({ created: ['a'], deleted: ['c'], edited: [] });
  expect(contentsOf(dist)).toEqual(writtenBy(next));
});

it('keeps dist whole when several write at once', async () => {
  const runs = [1, 2, 3].map(() => once(start(program, dist, '60', '20'), 'exit'));
  expect(await Promise.all(runs)).toEqual([1, 2, 3].map(() => [0, null]));
  expect([bigTree(60, 'a'), bigTree(60, 'b')].map(writtenBy)).toContainEqual(contentsOf(dist));
  expect(fs.readdirSync(home)).toEqual(['dist']);
});

/** What is in a `dist` that an uncut run wrote. */
function writtenBy(tree: Tree): Record<string, string> {
  const place = fs.mkdtempSync(join(scratch, 'homecloud-write-'));
  writeTree(join(place, 'dist'), tree);
  verifyManifest(join(place, 'dist'));
  const contents = contentsOf(join(place, 'dist'));
  fs.rmSync(place, { recursive: true });
  return contents;
}

function environment(): NodeJS.ProcessEnv {
  return { ...process.env, NODE_PATH: join(__dirname, '../node_modules') };
}

/** Runs a command to its end. */
function run([command = '', ...args]: readonly string[], settings: NodeJS.ProcessEnv = {}) {
  return spawnSync(command, args, { env: { ...environment(), ...settings }, encoding: 'utf8' });
}

/** Starts Node. */
function start(...args: readonly string[]) {
  return spawn(process.execPath, args, { env: environment(), stdio: ['ignore', 'ignore', 'inherit'] });
}
