// The mission's worked example, through all protocols: a phone, a laptop and a console, and two boards.
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { same } from '../tools/secret-home.mjs';
import { owner } from './file-server.mjs';
import { givesPhotosTo } from './mesh-phone.mjs';
import { until } from './until.mjs';

/** @typedef {import('./two-boards.mjs').TwoBoards} TwoBoards */

/**
 * A phone gives photos to the second board by Syncthing; a laptop sees them on the first by SMB and puts games there; a
 * console reads them from the second by NFS.
 * @param {TwoBoards} home
 */
export async function phoneLaptopAndConsole(home) {
  const { mesh, oak } = home;
  const folder = await givesPhotosTo(mesh, mesh.elm);
  const laptop = home.smb('oak', 'photos');
  // Of all lengths about the size of a block, and a large one.
  const photos = new Map(
    [1, 4095, 131072, 131073, 3_000_000].map((size, index) => [`IMG_${index}.jpg`, 'j'.repeat(size)]),
  );
  for (const [name, text] of photos) writeFileSync(join(folder, name), text);
  const pushed = await until('the laptop sees the photos on the first board', async () => {
    const names = await laptop.names();
    return [...photos.keys()].every((name) => names.includes(name)) || names;
  });
  for (const [name, text] of photos) same(name, (await laptop.read(name)) === text, true);
  const { uid, mode } = statSync(oak.share('data', 'photos', 'IMG_0.jpg'));
  same('owner and group rights of a photo', [uid, mode & 0o660], [owner, 0o660]);
  // It is hers now: she may sort it.
  await laptop.run('mkdir trip; rename IMG_0.jpg trip\\beach.jpg');

  const console = home.nfs('elm');
  await until('NFS serves', async () => Array.isArray(await console.do('ls', '/films')));
  await home.smb('oak', 'films').write('game.rom', 'level 1');
  const played = await until('the console reads the game on the second board', async () => {
    const found = await console.do('read', '/films/game.rom');
    return found === 'level 1' || found;
  });
  const sorted = async () => (await console.do('read', '/photos/trip/beach.jpg')) === 'j';
  await until('the console sees what the laptop sorted', sorted);
  console.end();
  // The phone only sends: what the laptop sorted does not come back to it.
  same('the phone still has its photo', readFileSync(join(folder, 'IMG_0.jpg'), 'utf8'), 'j');
  return `phone to laptop ${pushed.toFixed(1)} s, laptop to console ${played.toFixed(1)} s`;
}
