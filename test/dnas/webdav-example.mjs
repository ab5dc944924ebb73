// The mission's second worked example: an upload by WebDAV lands in the folder of a board through CIFS, on the other board
// through Syncthing, at a console through NFS; and what a phone pushes is found by WebDAV.
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from '../tools/process.mjs';
import { newFolder } from '../tools/scratch.mjs';
import { same } from '../tools/secret-home.mjs';
import { CloudStandIn } from './cloud-stand-in.mjs';
import { owner } from './file-server.mjs';
import { texts } from './mesh-lab.mjs';
import { givesPhotosTo } from './mesh-phone.mjs';
import { until } from './until.mjs';

/** @typedef {import('./two-boards.mjs').TwoBoards} TwoBoards */

const text = (size) =>
  randomBytes(Math.ceil(size / 2))
    .toString('hex')
    .slice(0, size);

/** curl at the laptop of alice, as a client of WebDAV. */
class WebDav {
  #file = join(newFolder('upload'), 'file');

  /** @param {TwoBoards} home @param {CloudStandIn} cloud */
  constructor(home, cloud) {
    this.laptop = home.laptop;
    this.cloud = cloud;
  }

  /** @returns {Promise<{ status: number, body: string }>} */
  async request(method, path, options = [], person = undefined) {
    const args = ['--silent', '--show-error', '--max-time', '60', '--write-out', '\n%{http_code}', ...options];
    const words = [...args, '--request', method, this.cloud.address(path, person)];
    const outcome = await this.laptop.run('curl', words);
    if (outcome.code !== 0) throw new Error(`${describe('curl', words, outcome)}\n${await this.cloud.log()}`);
    const [, body, status] = /^(.*)\n(\d+)$/s.exec(outcome.stdout) ?? [];
    return { status: Number(status), body };
  }

  /** Expects a status. */
  async does(status, method, path, options) {
    const answer = await this.request(method, path, options);
    if (answer.status !== status) {
      throw new Error(
        `${method} ${path}: ${answer.status} instead of ${status}\n${answer.body}${await this.cloud.log()}`,
      );
    }
    return answer.body;
  }

  /** @param {boolean} [isChunked] whether the length is told before, @default it is */
  async put(status, path, written, isChunked = false) {
    writeFileSync(this.#file, written);
    const chunked = isChunked ? ['--header', 'Transfer-Encoding: chunked'] : [];
    await this.does(status, 'PUT', path, ['--upload-file', this.#file, ...chunked]);
  }

  async move(from, to) {
    await this.does(201, 'MOVE', from, ['--header', `Destination: ${this.cloud.address(to)}`]);
  }

  read(path) {
    return this.does(200, 'GET', path);
  }

  /** Names in a folder, as a client shows them. */
  async names(path) {
    const answer = await this.does(207, 'PROPFIND', path, ['--header', 'Depth: 1']);
    const [, ...below] = [...answer.matchAll(/<d:href>(.*?)<\/d:href>/g)].map(([, href]) =>
      decodeURIComponent(href.replace(/\/$/, '').split('/').at(-1)),
    );
    return below.sort();
  }
}

/** Of a file, or nothing. */
const textOf = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);

/** @param {TwoBoards} home */
export async function uploadsReachAll(home) {
  const cloud = new CloudStandIn(home, await home.computer(), 'photos');
  const console = home.nfs('elm');
  try {
    await cloud.start();
    const { type, options } = await cloud.mountOptions();
    same(
      'the mount',
      [type, ...['vers=3.1.1', 'seal', 'soft', 'uid=33'].filter((one) => !options.includes(one))],
      ['cifs'],
    );
    await cloud.scan();
    const webdav = new WebDav(home, cloud);
    return [await uploads(home, webdav, console), await phone(home, webdav)].join(', ');
  } finally {
    console.end();
    await cloud.stop();
  }
}

/** What somebody puts, replaces, moves and deletes. */
async function uploads({ oak, elm }, webdav, console) {
  const onOak = (...path) => oak.share('data', 'photos', ...path);
  const onElm = (...path) => elm.share('data', 'photos', ...path);
  const atConsole = (path) => console.do('read', `/photos/${path}`);
  const versions = () => [...texts(onElm('.stversions')).values()];
  const is = (what, found, expected) => until(what, async () => (await found()) === expected || 'it is not');
  await until('NFS serves', async () => Array.isArray(await console.do('ls', '/photos')));

  await webdav.does(201, 'MKCOL', 'été');
  await webdav.does(201, 'MKCOL', 'été/trip');
  // None, about the size of a block, and a large one; by a name of plain signs, and of such that Windows forbids.
  const files = new Map([
    ['empty', ''],
    ['one.jpg', text(1)],
    ['what? 1:2 #3 ☃.jpg', text(131_073)],
    ['film.mp4', text(3_000_017)],
  ]);
  let isChunked = false;
  for (const [name, written] of files) {
    await webdav.put(201, `été/trip/${name}`, written, isChunked);
    same(`${name} on the board`, textOf(onOak('été/trip', name)) === written, true);
    isChunked = !isChunked;
  }
  same('names on the board', readdirSync(onOak('été/trip')).sort(), [...files.keys()].sort());
  for (const [path, mode] of [
    ['été/trip', 0o2775],
    ['été/trip/film.mp4', 0o664],
  ]) {
    const found = statSync(onOak(path));
    same(
      `owner and mode of ${path}`,
      [found.uid, found.gid, (found.mode & 0o7777).toString(8)],
      [owner, owner, mode.toString(8)],
    );
  }
  const synced = await is(
    'the other board has them',
    async () => [...files].every(([name, written]) => textOf(onElm('été/trip', name)) === written),
    true,
  );
  const { uid, mode } = statSync(onElm('été/trip/film.mp4'));
  same('owner and group rights on the other board', [uid, mode & 0o660], [owner, 0o660]);
  let read = 0;
  for (const [name, written] of files)
    read += await is(`the console reads ${name}`, () => atConsole(`été/trip/${name}`), written);

  const second = text(200_000);
  await webdav.put(204, 'été/trip/film.mp4', second, true);
  same(
    'what was replaced, in the recycle bin',
    textOf(onOak('.recycle/nextcloud/été/trip/film.mp4')) === files.get('film.mp4'),
    true,
  );
  await is('the console reads the second', () => atConsole('été/trip/film.mp4'), second);
  same('what was replaced, in the versions of the other board', versions().includes(files.get('film.mp4')), true);

  await webdav.move('été/trip/film.mp4', 'été/film moved.mp4');
  await is('the console sees what was moved', () => atConsole('été/film moved.mp4'), second);
  await is(
    'and not where it was',
    async () => (await console.do('ls', '/photos/été/trip')).includes('film.mp4'),
    false,
  );
  same(
    'what WebDAV lists',
    [await webdav.names('été'), await webdav.names('été/trip')],
    [['film moved.mp4', 'trip'], [...files.keys()].filter((name) => name !== 'film.mp4').sort()],
  );

  await webdav.does(204, 'DELETE', 'été/film moved.mp4');
  same('the deleted one on the board', textOf(onOak('été/film moved.mp4')), undefined);
  same('in the trash of Nextcloud', (await webdav.cloud.trashed('film moved.mp4')) === second, true);
  same('in the recycle bin', textOf(onOak('.recycle/nextcloud/été/film moved.mp4')) === second, true);
  same('the bin stays on its board', existsSync(onElm('.recycle')), false);
  await is(
    'it goes from the console',
    async () => (await console.do('ls', '/photos/été')).includes('film moved.mp4'),
    false,
  );
  same('in the versions of the other board', versions().filter((version) => version === second).length > 0, true);

  await webdav.does(204, 'DELETE', 'été');
  await is('a folder goes from the console', async () => (await console.do('ls', '/photos')).includes('été'), false);
  same('the folder on both boards', [existsSync(onOak('été')), existsSync(onElm('été'))], [false, false]);
  same('a stranger', (await webdav.request('PROPFIND', '', [], 'carol')).status, 404);
  return `WebDAV to the second board ${synced.toFixed(1)} s, from there to the console ${read.toFixed(1)} s`;
}

/** What comes by Syncthing is seen after the scan that the pod does every few minutes, and not before. */
async function phone({ mesh, oak }, webdav) {
  const folder = await givesPhotosTo(mesh, mesh.elm);
  const photo = text(200_000);
  writeFileSync(join(folder, 'IMG_webdav.jpg'), photo);
  const there = await until(
    'it is on the board',
    async () => textOf(oak.share('data', 'photos', 'IMG_webdav.jpg')) === photo || 'it is not',
  );
  same('before the scan', (await webdav.names('')).includes('IMG_webdav.jpg'), false);
  const said = await webdav.cloud.scan();
  same(said, (await webdav.names('')).includes('IMG_webdav.jpg'), true);
  same('what WebDAV downloads', (await webdav.read('IMG_webdav.jpg')) === photo, true);
  return `phone to the board of Nextcloud ${there.toFixed(1)} s`;
}
