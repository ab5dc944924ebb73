// Two people who write at two boards, by lot, while the boards lose and find each other: at the end both have the same,
// and nothing is lost that nobody meant to replace.
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
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
 * A way to the files of a board. Paths are those of the share; what `write` and `rename` need of folders is there.
 * @typedef {object} Door
 * @property {string} name
 * @property {(folder: string) => Promise<void>} mkdir
 * @property {(path: string, text: string) => Promise<void>} write
 * @property {(path: string) => Promise<void>} remove a file or an empty folder
 * @property {(from: string, to: string) => Promise<void>} rename over what is there
 */

/** As a program on the board does. @returns {Door} */
export function localDoor(board) {
  const at = (path) => board.path('photos', path);
  return {
    name: 'on',
    mkdir: async (folder) => mkdirSync(at(folder)),
    write: async (path, text) => writeFileSync(at(path), text),
    remove: async (path) => (statSync(at(path)).isDirectory() ? rmdirSync(at(path)) : unlinkSync(at(path))),
    rename: async (from, to) => renameSync(at(from), at(to)),
  };
}

/**
 * The contract: each text that was written is on both boards, in a conflict copy or in the versions, unless somebody who
 * had it before their eyes replaced or deleted it.
 * @param {import('./mesh-lab.mjs').MeshLab} lab
 * @param {{ seed: number, count: number, doorsOf?: (board: import('./mesh-lab.mjs').Instance) => Door[] }} plan
 */
export async function keepsWhatWasWritten(lab, { seed, count, doorsOf = (board) => [localDoor(board)] }) {
  const lot = lots(seed);
  const one = (list) => list[Math.floor(lot() * list.length)];
  const boards = [lab.oak, lab.elm];
  await lab.apply();
  const log = [];
  /** Texts that must still be somewhere. */
  const kept = new Set();
  const makeFolder = async (board, door, name) => {
    const folder = dirname(name);
    if (folder !== '.' && !existsSync(board.path('photos', folder))) await door.mkdir(folder);
  };
  const acts = {
    async write(board, door, name) {
      const text = `text ${log.length} of ${board.name} ${'.'.repeat(Math.floor(lot() * 3000))}`;
      await makeFolder(board, door, name);
      const before = look(board.path('photos', name));
      await door.write(name, text);
      kept.delete(before);
      kept.add(text);
    },
    async delete(board, door, name) {
      const before = look(board.path('photos', name));
      if (before === undefined) return;
      await door.remove(name);
      kept.delete(before);
    },
    async rename(board, door, name) {
      const to = one(files);
      if (look(board.path('photos', name)) === undefined || name === to) return;
      await makeFolder(board, door, to);
      const before = look(board.path('photos', to));
      await door.rename(name, to);
      kept.delete(before);
    },
    async deleteFolder(board, door) {
      const folder = board.path('photos', 'sub');
      if (!existsSync(folder)) return;
      for (const [name, text] of texts(folder)) {
        await door.remove(join('sub', name));
        kept.delete(text);
      }
      await door.remove('sub');
    },
  };
  /** Boards go on meanwhile: what was there a moment ago may be gone, or something may have come. */
  const isOvertaken = ({ code, message }) =>
    ['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(code) ||
    /NOENT|NOTEMPTY|EXIST|NT_STATUS_(OBJECT_(NAME|PATH)_NOT_FOUND|OBJECT_NAME_COLLISION|DIRECTORY_NOT_EMPTY|NO_SUCH_FILE)/.test(
      message,
    );
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
      const [name, door] = [one(files), one(doorsOf(board))];
      log.push(`${act} ${board.name} ${door.name} ${name}`);
      await acts[act](board, door, name).catch((error) => {
        if (!isOvertaken(error)) throw new Error(`${error.message}\nseed ${seed}\n  ${log.join('\n  ')}`);
      });
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
  // Both have the same by now; what one of them replaced later is in its versions.
  const copies = [...texts(lab.oak.path('photos'))].filter(([path]) => path.includes('.sync-conflict-')).length;
  return `seed ${seed}, ${count} steps, ${kept.size} texts kept, ${copies} conflict copies`;
}
