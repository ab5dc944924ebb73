// A phone that gives its photos to a board, as the card of devices tells people to set it up.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sleep } from '../tools/sleep.mjs';
import { expect, texts } from './mesh-lab.mjs';

/**
 * The mission's example: a phone gives photos to one board, they arrive on the other; what a laptop puts there comes back,
 * and what the phone deletes stays in the versions only.
 * @param {import('./mesh-lab.mjs').MeshLab} lab
 */
export async function phonePushes(lab) {
  await lab.apply();
  const { oak, elm } = lab;
  const folder = await givesPhotosTo(lab, elm);
  const photo = Buffer.alloc(4 * 2 ** 20, 'photo');
  writeFileSync(join(folder, 'IMG_0001.jpg'), photo);
  const there = await arrival(() => readFileSync(oak.path('photos', 'IMG_0001.jpg')).equals(photo));
  writeFileSync(oak.path('films', 'game.rom'), 'rom');
  const back = await arrival(() => readFileSync(elm.path('films', 'game.rom'), 'utf8') === 'rom');
  // "Send only" sends what is deleted, too (lib/model/folder_sendonly.go): the card of devices says so.
  rmSync(join(folder, 'IMG_0001.jpg'));
  for (const board of [elm, oak]) {
    await arrival(() => texts(board.path('photos')).size === 0);
    const [kept] = texts(board.path('photos', '.stversions')).values();
    expect(kept === photo.toString(), `.stversions of ${board.name} has not what the phone deleted`);
  }
  return `phone to the second board ${there.toFixed(1)} s, board to board ${back.toFixed(1)} s`;
}

/**
 * Starts the phone, and sets it up to give its photos to a board.
 * @param {import('./mesh-lab.mjs').MeshLab} lab
 * @param {import('./mesh-lab.mjs').Instance} board
 * @returns {Promise<string>} folder of its camera
 */
export async function givesPhotosTo(lab, board) {
  const { phone } = lab;
  await phone.start();
  await phone.api('config/devices', 'POST', { deviceID: board.id, addresses: [`tcp://${board.address}:22000`] });
  const path = join(phone.folder, 'DCIM');
  mkdirSync(path, { recursive: true });
  const devices = [{ deviceID: board.id }];
  const photos = { id: 'homecloud-photos', path, type: 'sendonly', fsWatcherDelayS: 1, devices };
  await phone.api('config/folders', 'POST', photos);
  await lab.converge('photos');
  return path;
}

/** Seconds until something is so, by the watchers of Syncthing alone. */
async function arrival(isThere) {
  const start = performance.now();
  for (;;) {
    const seconds = (performance.now() - start) / 1000;
    try {
      if (isThere()) return seconds;
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
    expect(seconds < 90, 'it does not arrive within 90 s');
    await sleep(0.1);
  }
}
