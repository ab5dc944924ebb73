// Two people who write at two boards, by lot, while the boards lose and find each other: at the end both have the same,
// and nothing is lost that nobody meant to replace.
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { sleep } from '../tools/sleep.mjs';
import { expect, texts } from './mesh-lab.mjs';

/** Names in two folders, of which one comes and goes. */
const files = ['a.txt', 'b.txt', 'c', 'sub/a.txt', 'sub/d.txt'];

/** Numbers from 0 to 1 that follow from a seed: mulberry32. */
function lots(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** The text of a file, as its writer sees it; undefined where there is none. */
function look(path) {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ? readFileSync(path, 'utf8') : undefined;
}

/**
 * The contract: each text that was written is on both boards, in a conflict copy or in the versions, unless somebody who
 * had it before their eyes replaced or deleted it.
 * @param {import('./mesh-lab.mjs').MeshLab} lab
 * @param {{ seed: number, count: number }} plan
 */
export async function keepsWhatWasWritten(lab, { seed, count }) {
  const lot = lots(seed);
  const one = (list) => list[Math.floor(lot() * list.length)];
  const boards = [lab.oak, lab.elm];
  await lab.apply();
  const log = [];
  /** Texts that must still be somewhere. */
  const kept = new Set();
  const replace = (path) => kept.delete(look(path));
  const acts = {
    write(board, name) {
      const path = board.path('photos', name);
      replace(path);
      mkdirSync(dirname(path), { recursive: true });
      const text = `text ${log.length} of ${board.name} ${'.'.repeat(Math.floor(lot() * 3000))}`;
      writeFileSync(path, text);
      kept.add(text);
    },
    delete(board, name) {
      replace(board.path('photos', name));
      rmSync(board.path('photos', name), { force: true });
    },
    rename(board, name) {
      const [from, to] = [board.path('photos', name), board.path('photos', one(files))];
      if (look(from) === undefined || from === to) return;
      replace(to);
      mkdirSync(dirname(to), { recursive: true });
      renameSync(from, to);
    },
    deleteFolder(board) {
      for (const text of texts(board.path('photos', 'sub')).values()) kept.delete(text);
      rmSync(board.path('photos', 'sub'), { recursive: true, force: true });
    },
  };
  let isApart = false;
  for (let step = 0; step < count; step += 1) {
    const chance = lot();
    const board = one(boards);
    if (chance < 0.08) {
      // The network is cut, or comes back.
      isApart = !isApart;
      log.push(isApart ? 'apart' : 'together');
      for (const [self, peer] of [boards, [...boards].reverse()])
        await self.api(`system/${isApart ? 'pause' : 'resume'}?device=${peer.id}`, 'POST');
    } else if (chance < 0.25) {
      log.push('wait');
      await Promise.all(boards.map((it) => it.scan()));
      await sleep(lot() * 2);
    } else {
      const act = chance < 0.7 ? 'write' : chance < 0.82 ? 'delete' : chance < 0.97 ? 'rename' : 'deleteFolder';
      const name = one(files);
      log.push(`${act} ${board.name} ${name}`);
      acts[act](board, name);
    }
  }
  for (const [self, peer] of [boards, [...boards].reverse()]) await self.api(`system/resume?device=${peer.id}`, 'POST');
  const told = `seed ${seed}\n  ${log.join('\n  ')}`;
  await lab.converge('photos').catch((error) => {
    throw new Error(`${error.message}\n${told}`);
  });
  const all = boards.flatMap((board) => [...texts(board.path('photos'), { withVersions: true })]);
  const found = new Set(all.map(([, text]) => text));
  const lost = [...kept].filter((text) => !found.has(text)).map((text) => text.replace(/\.+$/, ''));
  expect(lost.length === 0, `lost: ${lost}\n${told}`);
  const copies = all.filter(([path]) => path.includes('.sync-conflict-')).length / 2;
  return `seed ${seed}, ${count} steps, ${kept.size} texts kept, ${copies} conflict copies`;
}
