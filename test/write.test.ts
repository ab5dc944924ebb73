import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { compareTree, isCurrent } from '../tree/compare.ts';
import { native } from '../tree/native.ts';
import type { Tree } from '../tree/tree.ts';
import { writeTree } from '../tree/write.ts';
import { WriteError } from '../tree/write-error.ts';
import {
  contentsOf,
  emptyFoldersOf,
  failure,
  pick,
  refuse,
  scratch,
  statsOf,
  tree,
  verifyManifest,
} from './write-disk.ts';
import { bigTree } from './write-trees.ts';

const manifest = 'SHA256SUMS';
const nobody = 65534;
const nothing = { created: [], changed: [], deleted: [], edited: [], unknown: [] };

let home = '';
let dist = '';

beforeEach(() => {
  home = fs.mkdtempSync(join(scratch, 'homecloud-write-'));
  dist = join(home, 'dist');
});

afterEach(() => {
  jest.restoreAllMocks();
  fs.rmSync(home, { recursive: true });
});

describe('writeTree', () => {
  it('writes files of the modes of the umask, and a manifest that sha256sum reads', () => {
    const umask = process.umask(0o022);
    try {
      writeTree(dist, tree({ 'b.txt': 'é\n', 'a/run.sh': '#!/bin/sh\n' }));
    } finally {
      process.umask(umask);
    }
    expect(contentsOf(dist)).toEqual({
      'b.txt': 'é\n',
      'a/run.sh': '#!/bin/sh\n',
      [manifest]: expect.stringMatching(/^# .+\n[0-9a-f]{64} {2}a\/run\.sh\n[0-9a-f]{64} {2}b\.txt\n$/),
    });
    verifyManifest(dist);
    const modes = ['a', 'a/run.sh', 'b.txt'].map((path) => (fs.statSync(join(dist, path)).mode & 0o777).toString(8));
    expect(modes).toEqual(['755', '644', '644']);
  });

  it('tells what it did, and the comparison before and after agrees', () => {
    writeTree(dist, tree({ same: '1', other: '1', 'gone/a': '1', edited: '1' }));
    put('edited', 'mine');
    put('gone/mine', 'mine');
    put('my/own/file', 'mine');
    const next = tree({ same: '1', other: '2', edited: '1', 'new/a': '1' });
    const difference = {
      created: ['new/a'],
      changed: [manifest, 'edited', 'other'],
      deleted: ['gone/a'],
      edited: ['edited'],
      unknown: ['gone/mine', 'my/'],
    };
    expect(compareTree(dist, next)).toEqual(difference);
    expect(isCurrent(compareTree(dist, next))).toBe(false);
    expect(writeTree(dist, next)).toEqual(difference);
    // Of the folder, only what is unknown is left.
    expect(compareTree(dist, next)).toEqual({ ...nothing, unknown: ['gone/', 'my/'] });
    expect(isCurrent(compareTree(dist, next))).toBe(true);
  });

  it('writes nothing when nothing differs', () => {
    writeTree(dist, bigTree(30, 'a'));
    put('mine', 'mine');
    const before = statsOf(home);
    expect(writeTree(dist, bigTree(30, 'a'))).toEqual({ ...nothing, unknown: ['mine'] });
    expect(statsOf(home)).toEqual(before);
  });

  it('mends a manifest that is lost, edited, or in conflict after a merge', () => {
    const files = { a: '1', b: '1' };
    writeTree(dist, tree(files));
    const text = fs.readFileSync(join(dist, manifest), 'utf8');

    fs.unlinkSync(join(dist, manifest));
    expect(writeTree(dist, tree(files))).toEqual({ ...nothing, created: [manifest] });

    put(
      manifest,
      text.replace(
        /^.* {2}b$/m,
        (line) => `<<<<<<< ours\n${line}\n=======\n${line.replace(/^./, '_')}\n>>>>>>> theirs`,
      ),
    );
    expect(writeTree(dist, tree({ ...files, b: '2' }))).toEqual({ ...nothing, changed: [manifest, 'b'] });
    verifyManifest(dist);
  });

  it('does not take the manifest of another tool for its own', () => {
    put('app.tar.gz', 'theirs');
    put(manifest, `${'0'.repeat(64)}  app.tar.gz\n`);
    const before = contentsOf(dist);
    expect(() => writeTree(dist, tree({ a: '1' }))).toThrow(/did not write .*: dist\/SHA256SUMS$/);
    expect(contentsOf(dist)).toEqual(before);
  });

  it('does not follow the paths of a manifest out of dist', () => {
    writeTree(dist, tree({ a: '1' }));
    fs.writeFileSync(join(home, 'mine'), 'mine');
    fs.appendFileSync(join(dist, manifest), `${'0'.repeat(64)}  ../mine\n`);
    expect(writeTree(dist, tree({ a: '2' }))).toEqual({ ...nothing, changed: [manifest, 'a'] });
    expect(fs.readdirSync(home).sort()).toEqual(['dist', 'mine']);
  });

  it('keeps unknown files of every kind, and the modes of folders', () => {
    const outside = join(home, 'outside');
    fs.mkdirSync(outside);
    fs.writeFileSync(join(outside, 'file'), 'theirs');
    writeTree(dist, tree({ 'a/x': '1', b: '1' }));
    put('own/empty-file', '');
    fs.mkdirSync(join(dist, 'own/empty-folder'));
    fs.chmodSync(join(dist, 'own'), 0o700);
    fs.chmodSync(join(dist, 'a'), 0o775);
    fs.symlinkSync('../../outside', join(dist, 'own/to-folder'));
    fs.symlinkSync('nowhere', join(dist, 'a/to-nowhere'));
    spawnSync('mkfifo', [join(dist, 'a/pipe')]);
    const before = statsOf(dist);

    const written = writeTree(dist, tree({ 'a/x': '2', b: '1' }));

    expect(written.unknown).toEqual(['a/pipe', 'a/to-nowhere', 'own/']);
    expect(fs.readdirSync(join(dist, 'own')).sort()).toEqual(['empty-file', 'empty-folder', 'to-folder']);
    expect(fs.readlinkSync(join(dist, 'own/to-folder'))).toBe('../../outside');
    expect(fs.readlinkSync(join(dist, 'a/to-nowhere'))).toBe('nowhere');
    expect(fs.statSync(join(dist, 'a/pipe')).isFIFO()).toBe(true);
    expect(fs.statSync(join(dist, 'own')).mode & 0o777).toBe(0o700);
    expect(fs.statSync(join(dist, 'a')).mode & 0o777).toBe(0o775);
    const kept = ['own/empty-file', 'a/pipe', 'b'];
    expect(pick(statsOf(dist), kept)).toEqual(pick(before, kept));
    expect(contentsOf(outside)).toEqual({ file: 'theirs' });
  });

  it('holds the tree and the unknown files, after any sequence of trees and of edits by hand', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), fileSystem, (steps, { exchange, links }) => {
        if (!exchange) jest.spyOn(native(), 'swapSync').mockImplementation(() => refuse('EINVAL'));
        if (!links) jest.spyOn(fs, 'linkSync').mockImplementation(() => refuse('EPERM'));
        try {
          let ours = new Map<string, string>();
          for (const { edits, next } of steps) {
            for (const [path, text] of edits) edit(path, text);
            if (!fs.existsSync(join(dist, manifest))) ours = new Map();
            ours = writeAndCheck(next, ours, links);
          }
        } finally {
          fs.rmSync(dist, { recursive: true, force: true });
          jest.restoreAllMocks();
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('bad input', () => {
  it.each([
    ['a/b', 'a'],
    ['a', 'a/b'],
    ['a', 'a/b/c'],
    ['a', 'a'],
  ])('refuses to write where an unknown file stands: tree %s, file %s', (wanted, mine) => {
    writeTree(dist, tree({ other: '1' }));
    put(mine, 'mine');
    const before = statsOf(home);
    const error = failure(() => writeTree(dist, tree({ [wanted]: '1' })));
    expect(error.message).toBe(
      `homecloud did not write what stands where it wants to write: dist/${mine.startsWith('a/') ? 'a' : mine}`,
    );
    expect(error.hint).toContain('move it out of the way');
    expect(() => compareTree(dist, tree({ [wanted]: '1' }))).toThrow(error.message);
    expect(statsOf(home)).toEqual(before);
  });

  it('never writes through a symbolic link in dist', () => {
    const outside = join(home, 'outside');
    fs.mkdirSync(outside);
    fs.writeFileSync(join(outside, 'x'), 'theirs');
    writeTree(dist, tree({ 'a/x': '1', b: '1' }));
    fs.rmSync(join(dist, 'a'), { recursive: true });
    fs.rmSync(join(dist, 'b'));
    fs.symlinkSync(outside, join(dist, 'a'));
    fs.symlinkSync(join(outside, 'x'), join(dist, 'b'));
    const before = statsOf(home);
    expect(() => writeTree(dist, tree({ 'a/x': '2', b: '2' }))).toThrow(/: dist\/a, dist\/b$/);
    expect(statsOf(home)).toEqual(before);
    writeTree(dist, tree({ c: '1' }));
    expect(fs.readlinkSync(join(dist, 'a'))).toBe(outside);
    expect(contentsOf(outside)).toEqual({ x: 'theirs' });
  });

  it.each([
    ['a file', () => fs.writeFileSync(dist, 'mine')],
    ['a symbolic link', () => fs.symlinkSync(tmpdir(), dist)],
    ['a symbolic link', () => fs.symlinkSync('nowhere', dist)],
  ])('refuses a dist that is %s', (kind, make) => {
    make();
    const before = statsOf(home);
    expect(() => writeTree(dist, tree({ a: '1' }))).toThrow(`dist is ${kind}, not a folder`);
    expect(() => compareTree(dist, tree({ a: '1' }))).toThrow(WriteError);
    expect(statsOf(home)).toEqual(before);
  });

  it('refuses a work folder, or a lock, that leads elsewhere', () => {
    fs.mkdirSync(join(home, 'outside'));
    fs.writeFileSync(join(home, 'outside/file'), 'theirs');
    fs.symlinkSync('outside', join(home, '.dist.work'));
    expect(() => writeTree(dist, tree({ a: '1' }))).toThrow('.dist.work stands where homecloud needs a folder');
    fs.unlinkSync(join(home, '.dist.work'));
    fs.mkdirSync(join(home, '.dist.work'));
    fs.symlinkSync('../outside/file', join(home, '.dist.work/lock'));
    expect(() => writeTree(dist, tree({ a: '1' }))).toThrow('ELOOP');
    expect(contentsOf(join(home, 'outside'))).toEqual({ file: 'theirs' });
  });

  it.each([
    [['../x']],
    [['/tmp/x']],
    [['a/../../x']],
    [['a/./x']],
    [['']],
    [['a/']],
    [['a\0']],
    [['a', 'a/b']],
    [[manifest]],
    [[`${manifest}/a`]],
  ])('refuses a tree with the paths %j', (paths) => {
    const files = new Map(paths.map((path) => [path, 'x']));
    expect(failure(() => writeTree(dist, files)).hint).toContain('bug of homecloud');
    expect(() => compareTree(dist, files)).toThrow(WriteError);
    expect(fs.readdirSync(home)).toEqual([]);
  });

  it('says that the folder is read-only', () => {
    writeTree(dist, tree({ a: '1' }));
    const before = statsOf(home);
    fs.chmodSync(home, 0o555);
    try {
      for (const place of [dist, join(home, 'first')]) {
        const error = asNobody(() => failure(() => writeTree(place, tree({ a: '2' }))));
        expect(error.message).toMatch(/^cannot write (dist|first): EACCES: permission denied, mkdir /);
        expect(error.hint).toContain('must be writable');
      }
      expect(asNobody(() => compareTree(dist, tree({ a: '1' })))).toEqual(nothing);
    } finally {
      fs.chmodSync(home, 0o700);
    }
    expect(statsOf(home)).toEqual(before);
  });
});

/** What a person does to `dist` between two writes (`undefined` deletes a file), and the tree that comes next. */
const path = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const step = fc.record({
  edits: fc.array(
    fc.oneof(
      { weight: 8, arbitrary: fc.tuple(path, fc.constantFrom('1', 'mine', undefined)) },
      { weight: 1, arbitrary: fc.constant<[string, undefined]>([manifest, undefined]) },
    ),
    { maxLength: 3 },
  ),
  next: fc.dictionary(path, fc.constantFrom('1', '2', ''), { maxKeys: 8 }).map(withoutFilesThatAreFolders),
});
const fileSystem = fc.record({ exchange: fc.boolean(), links: fc.boolean() });

function withoutFilesThatAreFolders(files: Readonly<Record<string, string>>): Tree {
  const paths = Object.keys(files);
  return tree(
    pick(
      files,
      paths.filter((it) => !paths.some((other) => other.startsWith(`${it}/`))),
    ),
  );
}

/** Writes `next` over a `dist` to which homecloud last wrote `ours`, and checks all that must hold. */
function writeAndCheck(next: Tree, ours: ReadonlyMap<string, string>, links: boolean): Map<string, string> {
  const before = contentsOf(dist);
  const stats = statsOf(dist);
  const known = [...ours.keys(), ...next.keys()];
  const files = Object.keys(before).filter((it) => it !== manifest);
  const unknown = [
    ...files.filter((it) => !ours.has(it) && next.get(it) !== before[it]),
    ...emptyFoldersOf(dist).filter((folder) => !known.some((it) => it.startsWith(`${folder}/`))),
  ];
  const wanted = [...next.keys()];
  const isInTheWay = (it: string) =>
    wanted.some((other) => other === it || other.startsWith(`${it}/`) || it.startsWith(`${other}/`));
  if (unknown.some(isInTheWay)) {
    expect(() => writeTree(dist, next)).toThrow('did not write what stands where');
    expect(statsOf(dist)).toEqual(stats);
    return new Map(ours);
  }

  const difference = writeTree(dist, next);

  if (next.size > 0) verifyManifest(dist);
  const after = contentsOf(dist);
  const unknownFiles = unknown.filter((it) => it in before);
  expect(after).toEqual({
    ...pick(before, unknownFiles),
    ...Object.fromEntries(next),
    [manifest]: expect.stringContaining('# Written by homecloud'),
  });
  const isUnknown = (it: string) =>
    difference.unknown.some((one) => one === it || (one.endsWith('/') && `${it}/`.startsWith(one)));
  expect(unknown.filter((it) => !isUnknown(it))).toEqual([]);
  expect([...files, ...wanted].filter((it) => !unknown.includes(it) && isUnknown(it))).toEqual([]);
  expect(emptyFoldersOf(dist).filter((it) => !isUnknown(it))).toEqual([]);

  const changed = [...wanted, manifest].filter((it) => it in before && after[it] !== before[it]);
  const deleted = [...ours.keys()].filter((it) => it in before && !next.has(it));
  expect(difference).toEqual({
    created: [...wanted, manifest].filter((it) => !(it in before)).sort(),
    changed: changed.sort(),
    deleted: deleted.sort(),
    edited: [...changed, ...deleted].filter((it) => ours.has(it) && ours.get(it) !== before[it]).sort(),
    unknown: difference.unknown,
  });

  const kept = Object.keys(before).filter((it) => after[it] === before[it]);
  const isWritten = !isCurrent(difference);
  const now = statsOf(dist);
  for (const it of kept) {
    // A copy has the time of the original but for its last digits, which are lost in a number of seconds.
    if (isWritten && !links) expect(Math.abs(millisecondsOf(now[it]) - millisecondsOf(stats[it]))).toBeLessThan(1);
    else expect(now[it]).toBe(stats[it]);
  }
  if (!isWritten) expect(now).toEqual(stats);
  return new Map(next);
}

function millisecondsOf(stats = ''): number {
  return Number(stats.split(' ')[1]) / 1e6;
}

/** Writes, or with `undefined` deletes, a file as a person would; what cannot be done is not done. */
function edit(it: string, text: string | undefined): void {
  const place = join(dist, it);
  try {
    if (text === undefined) fs.unlinkSync(place);
    else put(it, text);
  } catch {
    // Nothing is there, or a folder, or one of its folders is a file.
  }
}

/** Permissions say nothing to root. */
function asNobody<T>(run: () => T): T {
  native();
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(nobody);
  try {
    return run();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

function put(it: string, text: string): void {
  fs.mkdirSync(dirname(join(dist, it)), { recursive: true });
  fs.writeFileSync(join(dist, it), text);
}
