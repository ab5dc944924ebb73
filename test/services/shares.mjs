// The shares in Nextcloud: our app under the PHP of the distribution, over real folders, through a mount that is made to fail
// (storage-stand-in/bad-mount.c). The classes of Nextcloud are stand-ins (storage-stand-in/classes.php). With the real server
// 34.0.1, commit 150f8610783b748662e502076085e37956b21518, the ways of being away were tried outside of the project.
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../tools/process.mjs';
import { appFiles } from './app-files.mjs';
import { Cloud } from './cloud.mjs';
import { account, expect, filesOf, needPrograms, runAsAccount, Sandbox } from './service.mjs';

const standIn = fileURLToPath(new URL('storage-stand-in/', import.meta.url));
const sample = fileURLToPath(new URL('../../dist/', import.meta.url));
const marker = { home: 'home', domain: 'cloud.example.org', board: 'oak', disk: 'data', uuid: 'the-first' };
const folders = 4;
export const filesEach = 25;
/** Of a share: in which folders something changed, as its board tells. */
export const changesFile = '.stfolder/homecloud-changes';
/** Of the files, the folders of two levels, and the root. */
export const recordsOfAll = folders * filesEach + folders + 2 + 1;

export class Share {
  /** @type {string[]} of PHP, for all that comes */
  settings = [];

  static async make() {
    await needPrograms({ php: 'php-cli', gcc: 'gcc' });
    const share = new Share();
    // No pause between two looks.
    const sandbox = new Sandbox({ '"patience": 5': '"patience": 0' });
    share.sandbox = sandbox;
    for (const path of ['/etc/homecloud', '/mnt/dnas', '/app', '/kept', '/kept/trash']) sandbox.folder(path);
    share.bad = join(sandbox.root, 'bad-mount.so');
    const { code, stderr } = await run('gcc', [
      '-shared',
      '-fPIC',
      '-O1',
      '-o',
      share.bad,
      `${standIn}bad-mount.c`,
      '-ldl',
    ]);
    expect(code === 0, `apt-get install --no-install-recommends gcc libc6-dev: ${stderr}`);
    const normalizes = await run('php', ['-r', 'exit(class_exists("Normalizer") ? 0 : 1);']);
    expect(normalizes.code === 0, 'apt-get install --no-install-recommends php-intl');
    const list = JSON.parse(filesOf('nextcloud')['shares.json']);
    // A second one, of which most checks know nothing.
    const music = { ...list.shares[0], name: 'music' };
    const text = JSON.stringify({ ...list, shares: [list.shares[0], music] }, null, 2);
    sandbox.write({ 'shares.json': text }, '/etc/homecloud');
    sandbox.write(appFiles(sample), '/app');
    share.fill();
    await share.is('ok');
    return share;
  }

  get root() {
    return this.sandbox.text('/mnt/dnas/photos');
  }

  at(path) {
    return join(this.root, path);
  }

  get recordsFile() {
    return join(this.sandbox.text('/kept'), 'records-photos.json');
  }

  put(path, text, seconds = 1_700_000_000) {
    mkdirSync(dirname(this.at(path)), { recursive: true });
    writeFileSync(this.at(path), text);
    utimesSync(this.at(path), seconds, seconds);
    for (let place = this.at(path); place !== dirname(this.root); place = dirname(place)) {
      chownSync(place, account.uid, account.gid);
    }
  }

  fill() {
    for (let folder = 0; folder < folders; folder += 1) {
      const year = folder < folders / 2 ? '2024' : '2025';
      for (let file = 0; file < filesEach; file += 1) this.put(`${year}/m${folder}/img${file}.jpg`, 'a picture');
    }
    this.mark(marker);
  }

  mark(what) {
    this.put('.stfolder/homecloud-disk', JSON.stringify(what));
  }

  async is(mode) {
    const file = join(this.sandbox.root, 'mode');
    writeFileSync(file, mode);
    // A step of a request may change it.
    chownSync(file, account.uid, account.gid);
  }

  /** @param {[string, ...unknown[]][]} steps of one request @returns {Promise<unknown[]>} */
  async request(...steps) {
    const written = JSON.stringify(steps.map(([step, ...given]) => [step, given]));
    const words = [`${standIn}request.php`, this.sandbox.text('/app'), this.sandbox.text('/kept'), written];
    const { code, stdout, stderr } = await runAsAccount(['php', ...this.settings, ...words], {
      env: { LD_PRELOAD: this.bad, BAD_MOUNT: this.root, BAD_MOUNT_MODE: join(this.sandbox.root, 'mode') },
    });
    expect(code === 0, `it ended with ${code}:\n${stdout}${stderr}`);
    this.said = stderr;
    return JSON.parse(stdout);
  }

  async one(...step) {
    return (await this.request(step))[0];
  }

  /** @returns {Record<string, { fileid: number, size: number }>} by path */
  records() {
    return JSON.parse(readFileSync(this.recordsFile, 'utf8')).records;
  }

  ids() {
    return JSON.stringify(Object.entries(this.records()).map(([path, { fileid }]) => [path, fileid]));
  }

  get count() {
    return Object.keys(this.records()).length;
  }

  remove() {
    this.sandbox.remove();
  }
}

export const withShare = (work) => async () => {
  const share = await Share.make();
  try {
    const first = await share.one('scan');
    expect(/all seen/.test(first) && share.count === recordsOfAll, `${first}: ${share.count} records`);
    return await work(share);
  } finally {
    share.remove();
  }
};

/** How long a scan takes; what it costs the database of Nextcloud is not in it. */
async function isLarge(share) {
  const [more, each] = [100, 100];
  for (let folder = 0; folder < more; folder += 1) {
    for (let file = 0; file < each; file += 1) share.put(`2026/f${folder}/img${file}.jpg`, 'a picture');
  }
  const seconds = async (said) => {
    const start = performance.now();
    const answer = await share.one('scan');
    expect(answer === said, answer);
    return ((performance.now() - start) / 1000).toFixed(1);
  };
  // With the folders, whose sizes are counted when they are through.
  const first = await seconds(`${more * each + more + 1} new or changed, all seen`);
  const unchanged = await seconds('0 new or changed, all seen');
  share.put('2026/f7/img7.jpg', 'another picture', 1_800_000_000);
  const one = await seconds('1 new or changed, all seen');
  return `${more * each} new files ${first} s, nothing new ${unchanged} s, one change ${one} s`;
}

/** Each size is the sum of what is below. */
export function sizesAreRight(share) {
  const records = share.records();
  for (const [path, { size, mimetype }] of Object.entries(records)) {
    if (mimetype !== 'httpd/unix-directory') continue;
    const below = Object.entries(records).filter(
      ([other, { mimetype: type }]) => type !== 'httpd/unix-directory' && (path === '' || other.startsWith(`${path}/`)),
    );
    const sum = below.reduce((all, [, record]) => all + record.size, 0);
    expect(size === sum, `"${path}" has the size ${size}, and in it are ${sum}`);
  }
}

/** Ways to be away, of the mount or of the disk. */
export const ways = {
  'all calls fail': async (share) => share.is('all'),
  'its root answers from memory': async (share) => share.is('hold'),
  'folders answer, files do not': async (share) => share.is('list'),
  unmounted: (share) => {
    renameSync(share.root, `${share.root}.away`);
    mkdirSync(share.root);
    // As a person could write to it: what is in the way is not the rights.
    chownSync(share.root, account.uid, account.gid);
  },
  'not even a place': (share) => renameSync(share.root, `${share.root}.away`),
  'another disk': (share) => share.mark({ ...marker, board: 'elm' }),
  'a marker that is cut off': (share) => share.put('.stfolder/homecloud-disk', '{"home":"ho'),
  'an empty marker': (share) => share.put('.stfolder/homecloud-disk', ''),
};

export async function comesBack(share) {
  await share.is('ok');
  if (statSync(`${share.root}.away`, { throwIfNoEntry: false }) !== undefined) {
    rmSync(share.root, { recursive: true, force: true });
    renameSync(`${share.root}.away`, share.root);
  }
  share.mark(marker);
}

const isAway = (way) => async (share) => {
  const before = share.ids();
  await way(share);
  const answers = {};
  for (const step of [
    ['look', ''],
    ['look', '2024/m0'],
    ['read', '2024/m0/img1.jpg'],
    ['write', '2024/m0/new.jpg', 'x'],
    ['delete', '2024/m0/img1.jpg'],
    ['makeFolder', 'new'],
    ['move', '2024/m0/img1.jpg', 'moved.jpg'],
    ['rescan'],
  ]) {
    const answer = await share.one(...step);
    expect(answer === '503', `${step.join(' ')}: ${JSON.stringify(answer)}`);
    expect(share.ids() === before, `${step.join(' ')}: records are gone`);
    answers[step[0]] = answer;
  }
  for (const step of [['scan'], ['scan', 10], ['scan', null, true]]) {
    expect((await share.one(...step)) === 'away', 'the scan does not see it');
    expect(share.ids() === before, 'the scan took records away');
  }
  const metrics = await share.one('metrics');
  expect(metrics.nextcloud_homecloud_share_available === 0, JSON.stringify(metrics));
  const found = statSync(share.at('2024/m0/new.jpg'), { throwIfNoEntry: false });
  expect(found === undefined, 'it wrote into the place of the share');

  await comesBack(share);
  const [names, text, scan, back] = await share.request(
    ['look', '2024/m0'],
    ['read', '2024/m0/img1.jpg'],
    ['scan'],
    ['metrics'],
  );
  expect(names.length === filesEach && text === 'a picture', JSON.stringify([names, text]));
  expect(/all seen/.test(scan) && share.ids() === before, `${scan}: other records`);
  sizesAreRight(share);
  expect(back.nextcloud_homecloud_share_available === 1, JSON.stringify(back));
};

/** At whatever call the server goes, no record does. */
async function goesInBetween(share) {
  const before = share.ids();
  let away = 0;
  let tried = 0;
  for (const mode of ['all', 'hold', 'list']) {
    for (let calls = 1; calls < 400; calls += 37) {
      for (const step of [['scan'], ['rescan'], ['read', '2025/m3/img7.jpg']]) {
        await share.is(`after ${calls} ${mode}`);
        const answer = await share.one(...step);
        expect(share.ids() === before, `${step[0]}, ${mode} after ${calls} calls: ${answer}, records are gone`);
        tried += 1;
        if (answer === '503' || answer === 'away') away += 1;
      }
    }
  }
  expect(away > tried / 3, `only ${away} of ${tried} times it went in between`);
  return `${tried} times, ${away} of them before the end`;
}

/** What fails a thousand times is no line of the log each time, and no name of a file stands there. */
function isQuiet(share, what) {
  const lines = share.said.split('\n').filter((line) => line !== '');
  expect(!lines.some((line) => line.startsWith('php:') || /img\d/.test(line)), `${what}: ${lines[0]}`);
  expect(lines.length < 3, `${what}: ${lines.length} lines`);
}

/** Bad blocks, or rights: the marker answers, and some files or folders do not. */
const unreadable = {
  'some files are on bad blocks': (share) => share.is('bad img1'),
  'lists lack what is on bad blocks': (share) => share.is('omit img1'),
  'a folder is on bad blocks': (share) => share.is('bad 2024/m0'),
  'a folder on bad blocks is not listed': (share) => share.is('omit m0'),
  'a folder may be listed, and nothing in it looked at': (share) => chmodSync(share.at('2024/m0'), 0o644),
};

const isUnreadable = (way) => async (share) => {
  const before = share.ids();
  await way(share);
  for (const step of [
    ['scan'],
    ['look', ''],
    ['look', '2024'],
    ['look', '2024/m0'],
    ['read', '2024/m0/img1.jpg'],
    ['rescan'],
    ['scan', null, true],
  ]) {
    const answer = await share.one(...step);
    expect(share.ids() === before, `${step.join(' ')}: ${JSON.stringify(answer)}, records are gone`);
    isQuiet(share, step.join(' '));
    if (step[0] === 'read') expect(answer === '503', `${step.join(' ')}: ${answer}`);
    if (step[0] === 'scan') expect(/unreadable/.test(answer), answer);
  }
  const metrics = await share.one('metrics');
  const { nextcloud_homecloud_share_available: isThere, nextcloud_homecloud_share_unreadable_files: dark } = metrics;
  expect(isThere === 1 && dark > 0, JSON.stringify(metrics));
  await share.is('ok');
  chmodSync(share.at('2024/m0'), 0o755);
  const [text, scan, after] = await share.request(['read', '2024/m0/img1.jpg'], ['scan'], ['metrics']);
  expect(after.nextcloud_homecloud_share_unreadable_files === 0, JSON.stringify(after));
  expect(text === 'a picture' && /all seen/.test(scan) && share.ids() === before, `${text}, ${scan}: other records`);
  sizesAreRight(share);
};

/** A folder that was never readable makes no folder above it one that nobody has looked at. */
async function newFolderIsUnreadable(share) {
  share.put('2026/dark/img1.jpg', 'never seen');
  share.put('2026/img2.jpg', 'new');
  chmodSync(share.at('2026/dark'), 0);
  for (const step of [['scan'], ['rescan'], ['scan']]) await share.one(...step);
  const records = share.records();
  expect(records[''].size > 0 && records['2026'].size === 3, JSON.stringify([records[''], records['2026']]));
  chmodSync(share.at('2026/dark'), 0o755);
  await share.one('scan');
  expect('2026/dark/img1.jpg' in share.records(), 'what can be read again is not seen');
  sizesAreRight(share);
}

/** Without the means to tell what is gone from what cannot be read, nothing is gone. */
async function nobodyCanTell(share) {
  const before = share.ids();
  share.settings = ['-d', 'disable_functions=posix_access'];
  rmSync(share.at('2024/m0/img1.jpg'));
  for (const step of [['scan'], ['read', '2024/m0/img1.jpg'], ['rescan'], ['scan', null, true]]) {
    const answer = await share.one(...step);
    expect(share.ids() === before, `${step.join(' ')}: ${JSON.stringify(answer)}, records are gone`);
  }
  share.settings = [];
  await share.one('scan');
  expect(share.count === recordsOfAll - 1, 'it is never gone');
}

/** A list that ends early says nothing about the rest. */
async function listsAreShort(share) {
  const before = share.ids();
  for (const names of [0, 1, 2, 5]) {
    await share.is(`short ${names}`);
    for (const step of [['scan'], ['rescan']]) {
      await share.one(...step);
      expect(share.ids() === before, `${step[0]}, lists of ${names}: records are gone`);
    }
  }
}

async function seesChanges(share) {
  const { fileid } = share.records()['2024/m0/img1.jpg'];
  share.put('2024/m0/img1.jpg', 'another picture', 1_700_000_100);
  share.put('2024/m0/img2.jpg', 'longer, at the same time');
  share.put('2026/new/deep/img.jpg', 'new');
  share.put('2024/m1/new.jpg', 'new, too');
  share.put('2024/m1/upload.part', 'half');
  rmSync(share.at('2024/m1/img3.jpg'));
  rmSync(share.at('2025/m2/img4.jpg'));
  rmSync(share.at('2025/m2/img5.jpg'));
  mkdirSync(share.at('2025/m2/img5.jpg'));
  const etag = share.records()[''].etag;
  const [scan, again, names] = await share.request(['scan'], ['scan'], ['look', '']);
  const records = share.records();
  expect(
    records['2024/m0/img1.jpg'].size === 15 && records['2024/m0/img1.jpg'].fileid === fileid,
    'img1 is not changed',
  );
  expect(records['2024/m0/img2.jpg'].size === 24, 'a change that kept the time was not seen');
  expect('2026/new/deep/img.jpg' in records && '2024/m1/new.jpg' in records, 'what is new was not seen');
  expect(!('2024/m1/upload.part' in records), 'it took half an upload');
  expect(!('2024/m1/img3.jpg' in records || '2025/m2/img4.jpg' in records), 'what was deleted is there');
  expect(
    records['2025/m2/img5.jpg'].mimetype === 'httpd/unix-directory',
    'a folder in the place of a file was not seen',
  );
  expect(records[''].etag !== etag, 'no device asks for the changes');
  expect(!Object.keys(records).some((path) => path.startsWith('.stfolder')), 'the marker is shown');
  expect(names.includes('2026') && !names.includes('.stfolder'), names.join(' '));
  sizesAreRight(share);
  return `${scan}; ${again}`;
}

/** Too much: an emptied share, and what somebody confirms. */
async function tooMuchIsGone(share) {
  const before = share.ids();
  for (const year of ['2024', '2025']) renameSync(share.at(year), share.at(`../${year}`));
  const refused = await share.one('scan');
  expect(/ missing and kept/.test(refused) && share.ids() === before, `${refused}: records are gone`);
  expect(/error: .* are gone/.test(share.said), 'it says nothing');
  const [metrics, again] = await share.request(['metrics'], ['scan']);
  expect(metrics.nextcloud_homecloud_share_missing_files === recordsOfAll - 1, JSON.stringify(metrics));
  expect(/ missing and kept/.test(again) && share.ids() === before, again);

  renameSync(share.at('../2024'), share.at('2024'));
  const part = await share.one('scan');
  expect(/ missing and kept/.test(part) && share.ids() === before, part);
  const [accepted, after] = await share.request(['scan', null, true], ['metrics']);
  expect(share.count === recordsOfAll - 1 - 2 - 2 * filesEach, `${accepted}: ${share.count} records`);
  sizesAreRight(share);
  expect(after.nextcloud_homecloud_share_missing_files === 0, JSON.stringify(after));
}

/** The disk is the same, and all is gone from it: nothing but the scan lets a record go. */
async function allIsGone(share) {
  const before = share.ids();
  for (const year of ['2024', '2025']) renameSync(share.at(year), share.at(`../${year}`));
  const state = JSON.parse(readFileSync(share.recordsFile, 'utf8'));
  state.records[''].size = -1;
  writeFileSync(share.recordsFile, JSON.stringify(state));
  for (const step of [
    ['read', '2024/m0/img1.jpg'],
    ['look', ''],
    ['look', '2024/m0'],
    ['rescan'],
    ['scan'],
    ['read', '2025/m2/img2.jpg'],
  ]) {
    const answer = await share.one(...step);
    expect(share.ids() === before, `${step.join(' ')}: ${JSON.stringify(answer)}, records are gone`);
    if (step[0] === 'read') expect(answer === '503', `${step.join(' ')}: ${answer}`);
  }
  expect((await share.one('look', '2024/m0')).length === filesEach, 'a folder is shown without its files');
  for (const year of ['2024', '2025']) renameSync(share.at(`../${year}`), share.at(year));
  await share.one('scan');
  expect(
    (await share.one('read', '2024/m0/img1.jpg')) === 'a picture' && share.ids() === before,
    'it does not come back',
  );
  sizesAreRight(share);
}

/** A little at a time is much within a day. */
async function dripsAway(share) {
  for (let file = 0; file < filesEach; file += 1) {
    rmSync(share.at(`2024/m0/img${file}.jpg`));
    rmSync(share.at(`2024/m1/img${file}.jpg`));
    if (file % 5 === 4) await share.one('scan');
  }
  expect(share.count === recordsOfAll - 2 * filesEach, `${share.count} records: fifty may go`);
  rmSync(share.at('2025/m2/img0.jpg'));
  const refused = await share.one('scan');
  expect(/^0 new or changed, 1 missing and kept/.test(refused), refused);
}

/** Another disk, and nothing on it. */
async function diskIsNew(share) {
  const before = share.ids();
  share.mark({ ...marker, uuid: 'the-second' });
  for (const year of ['2024', '2025']) renameSync(share.at(year), share.at(`../${year}`));
  share.put('of-the-second.txt', 'another');
  const steps = [
    ['look', ''],
    ['look', '2024/m0'],
    ['read', '2024/m0/img1.jpg'],
    ['openFound', 'of-the-second.txt'],
    ['write', 'new.jpg', 'x'],
    ['delete', 'of-the-second.txt'],
    ['makeFolder', 'new'],
    ['rescan'],
  ];
  for (const time of ['before', 'after']) {
    for (const step of steps) {
      const answer = await share.one(...step);
      expect(answer === '503', `${step.join(' ')}, ${time} the scan: ${JSON.stringify(answer)}`);
      expect(share.ids() === before, `${step.join(' ')}, ${time} the scan: records are gone`);
    }
    const scan = await share.one('scan');
    expect(/ missing and kept/.test(scan) && share.ids() === before, `${scan}: records are gone`);
  }
  const [metrics, command] = await share.request(['metrics'], ['command', { share: 'photos' }, {}]);
  expect(metrics.nextcloud_homecloud_share_missing_files === recordsOfAll - 1, JSON.stringify(metrics));
  expect(metrics.nextcloud_homecloud_share_available === 0, JSON.stringify(metrics));
  expect(/another disk/.test(command[1]) && /--accept-missing/.test(command[1]), command[1]);

  // The first one again, and nothing was done.
  for (const year of ['2024', '2025']) renameSync(share.at(`../${year}`), share.at(year));
  rmSync(share.at('of-the-second.txt'));
  share.mark(marker);
  const [text, scan] = await share.request(['read', '2024/m0/img1.jpg'], ['scan']);
  expect(text === 'a picture' && share.ids() === before, `${text}, ${scan}`);
  sizesAreRight(share);

  // It was meant.
  for (const year of ['2024', '2025']) renameSync(share.at(year), share.at(`../${year}`));
  share.mark({ ...marker, uuid: 'the-second' });
  const [accepted, written] = await share.request(['scan', null, true], ['write', 'new.jpg', 'x']);
  expect(share.count === 1 && written === 1, `${accepted}, ${written}: ${share.count} records`);
}

/** Another disk with a copy: it is taken for the share once all is there that is known. */
async function diskIsAnother(share) {
  const before = share.ids();
  share.mark({ ...marker, uuid: 'the-second' });
  rmSync(share.at('2024/m0/img0.jpg'));
  share.put('2024/m0/img2.jpg', 'an older one', 1_600_000_000);
  const refused = await share.one('scan');
  expect(/ 1 missing and kept/.test(refused) && share.ids() === before, `${refused}: records are gone`);
  expect(share.records()['2024/m0/img2.jpg'].size === 9, 'it takes files of a disk that nobody accepted');
  share.put('2024/m0/img0.jpg', 'a picture');
  // Of a file that cannot be read nobody knows whether it is there.
  await share.is('bad img0');
  await share.one('scan');
  await share.is('ok');
  expect((await share.one('read', '2024/m0/img1.jpg')) === '503', 'it is taken before all was seen');
  await share.one('scan');
  expect((await share.one('read', '2024/m0/img1.jpg')) === 'a picture', 'it is never taken');
  // A copy of all: from now on it is the disk of the share.
  rmSync(share.at('2024/m0/img0.jpg'));
  const taken = await share.one('scan');
  expect(share.count === recordsOfAll - 1 && share.records()['2024/m0/img2.jpg'].size === 12, taken);
}

/** Who asks once more, in the same request, is answered as if nothing had been. */
async function isBackAtOnce(share) {
  share.put('2024/m0/late.jpg', 'new');
  utimesSync(share.at('2024/m0'), 1_900_000_000, 1_900_000_000);
  const [away, , , names] = await share
    .request(['is', 'all'], ['look', '2024/m0'], ['is', 'ok'], ['wait', 3], ['look', '2024/m0'])
    .then((came) => came.slice(1));
  expect(away === '503', JSON.stringify(away));
  expect(names.length === filesEach, 'who opens a folder scans it: the share was away for a moment');
}

const pictures = (folder) => readdirSync(folder).filter((name) => name.endsWith('.jpg')).length;

/** What is moved out of the share is gone from it only when it was read as a whole. */
async function movedOut(share) {
  const trash = join(share.sandbox.text('/kept/trash'), 'm0.d1');
  await share.is('bad img7');
  const refused = await share.one('trash', '2024/m0');
  const left = pictures(share.at('2024/m0'));
  expect(left === filesEach, `${refused}: ${left} of ${filesEach} files are left of a folder that cannot be read`);
  rmSync(trash, { recursive: true, force: true });
  await share.is('once 5 2024/m0');
  const moved = await share.one('trash', '2024/m0');
  const there = statSync(share.at('2024/m0'), { throwIfNoEntry: false }) ? pictures(share.at('2024/m0')) : 0;
  const kept = statSync(trash, { throwIfNoEntry: false }) ? pictures(trash) : 0;
  expect(
    Math.max(there, kept) === filesEach,
    `${moved}: ${there} files are left, and ${kept} of ${filesEach} came across`,
  );
  await share.is('ok');
  expect((await share.one('trash', '2025/m2/img1.jpg')) === 'moved', 'a file does not go to the trash');
  const restored = ['restore', 'img1.jpg', '2025/m2/img1.jpg'];
  await share.is('all');
  expect((await share.one(...restored)) === '503', 'it is restored into a share that is away');
  await share.is('ok');
  const [back, text] = await share.request(restored, ['read', '2025/m2/img1.jpg']);
  expect(back === true && text === 'a picture', `${back}, ${text}: a file does not come back from the trash`);
}

/** Somebody has a file of it open by SMB. */
async function cannotBeRenamed(share) {
  await share.is('busy 2024/m0');
  const answer = await share.one('move', '2024/m0', 'elsewhere');
  const left = statSync(share.at('2024/m0'), { throwIfNoEntry: false }) ? pictures(share.at('2024/m0')) : 0;
  expect(answer === false && left === filesEach, `${answer}: ${left} of ${filesEach} files are left`);
  await share.is('ok');
  expect((await share.one('move', '2024/m0', 'elsewhere')) === true, 'it is never renamed');
  expect(pictures(share.at('elsewhere')) === filesEach, 'files are missing');
}

/** A scan of the disk before says nothing about that which is there now. */
async function diskIsAnotherInBetween(share) {
  expect(/to be continued/.test(await share.one('scan', 0)), 'it is through at once');
  share.mark({ ...marker, uuid: 'the-second' });
  rmSync(share.at('2024/m0/img1.jpg'));
  for (let said = ''; !/all seen/.test(said); ) said = await share.one('scan', 0);
  const answer = await share.one('read', '2024/m0/img2.jpg');
  expect(answer === '503', `${answer}: it is taken before all was seen`);
}

/** Somebody renames while it is looked through. */
async function isLocked(share) {
  share.put('2023/img.jpg', 'new');
  share.put('2026/img.jpg', 'new');
  rmSync(share.at('2024/m1/img3.jpg'));
  const [, scan] = await share.request(['lock', '2023'], ['scan']);
  const records = share.records();
  expect(!('2024/m1/img3.jpg' in records) && '2026/img.jpg' in records, `${scan}: a lock keeps all from being seen`);
  await share.one('scan');
  expect('2023/img.jpg' in share.records(), 'what was locked is never seen');
  sizesAreRight(share);
}

/** A folder with very many files: what was taken stays taken, and it goes on from there. */
async function folderIsLong(share) {
  for (let file = 0; file < 450; file += 1) share.put(`2024/m0/more${file}.jpg`, 'a picture');
  const said = [];
  while (!/all seen/.test(said.at(-1) ?? '')) {
    expect(said.length < 30, 'it comes to no end');
    said.push(await share.one('scan', 0));
  }
  expect(/^200 new or changed, to be continued/.test(said[0]), said[0]);
  expect(share.count === recordsOfAll + 450, `${share.count} records`);
  sizesAreRight(share);
  return `${said.length} rounds`;
}

/** Each has its turn: first whichever waited longest, and what becomes of one is nothing to the others. */
async function sharesTakeTurns(share) {
  const music = share.sandbox.text('/mnt/dnas/music');
  mkdirSync(join(music, '.stfolder'), { recursive: true });
  writeFileSync(join(music, '.stfolder/homecloud-disk'), JSON.stringify(marker));
  const turns = async (options = {}) => {
    const [code, ...lines] = await share.one('command', {}, { seconds: '20', ...options });
    return { code, lines };
  };
  const first = await turns();
  expect(/^music: /.test(first.lines[0]) && /^photos: /.test(first.lines[1]), first.lines.join('\n'));
  // In one second, or in two: which of them waited longest is said here.
  await share.one('putElsewhere', 'scan.photos', { tried: 1 });
  const [failed, after] = [await turns({ fails: 'photos' }), await turns()];
  expect(failed.code === 1 && /^photos: .*error/.test(failed.lines[0]), failed.lines.join('\n'));
  expect(/^music: .*all seen/.test(failed.lines[1] ?? ''), 'one share keeps the others from being seen');
  expect(after.code === 0 && after.lines.length === 2, after.lines.join('\n'));
  await share.is('bad img3');
  const [, hidden] = await share.one('command', { share: 'photos' }, {});
  const [, ...named] = await share.one('command', { share: 'photos' }, { verbose: true });
  expect(!/img3/.test(hidden) && named.some((line) => line.endsWith('2024/m0/img3.jpg')), named.join('\n'));
}

/** A round has no time at all, and all are seen in the end. */
async function goesOn(share) {
  rmSync(share.recordsFile);
  rmSync(join(share.sandbox.text('/kept'), 'config.json'));
  let rounds = 0;
  for (let said = ''; !/all seen/.test(said); rounds += 1) {
    expect(rounds < 30, 'it comes to no end');
    said = await share.one('scan', 0);
  }
  expect(rounds > folders && share.count === recordsOfAll, `${rounds} rounds, ${share.count} records`);
  sizesAreRight(share);
  return `${rounds} rounds`;
}

/** What is checked here can fail: the same ways, and no guard. */
async function withoutGuard(share) {
  const before = share.count;
  await share.is('list');
  await share.one('bareRescan');
  expect(share.count < before / 2, `${share.count} of ${before} records are left`);
}

async function peopleSeeIt(share) {
  const [alice, stranger] = await share.request(['mounts', 'alice'], ['mounts', 'eve']);
  expect(stranger.length === 0, 'a stranger sees it');
  const [[place, type, options]] = alice;
  expect(place === '/alice/files/photos' && type === 'external', JSON.stringify(alice));
  expect(options.filesystem_check_changes === 0, 'who opens a folder scans it');
  expect(options.enable_sharing === true, 'nobody can make a link or a drop folder of it');
}

/** Of people of the home the config says it, whatever Nextcloud's groups are; of other accounts their groups there do. */
async function groupsSeeIt(share) {
  const list = JSON.parse(filesOf('nextcloud')['shares.json']);
  const write = (people, members) => {
    const shares = [{ ...list.shares[0], people: members, groups: ['family'] }];
    share.sandbox.write({ 'shares.json': JSON.stringify({ ...list, people, shares }) }, '/etc/homecloud');
  };
  const sees = async (should, ...who) => {
    const places = (await share.one('mounts', ...who)).map(([place]) => place);
    expect(places.join() === (should ? `/${who[0]}/files/photos` : ''), `${JSON.stringify(who)} sees "${places}"`);
  };
  write(['alice', 'bob', 'carol'], ['alice', 'bob']);
  // No run of the playbook has told Nextcloud of her group yet.
  await sees(true, 'alice', []);
  await sees(true, 'grandma', ['club', 'family']);
  await sees(false, 'grandma', ['club']);
  await sees(false, 'grandma', ['family'], false);
  // She is in the group in Nextcloud alone.
  await sees(false, 'carol', ['family']);

  // The config takes bob out of the group, then out of the home, and no run of the playbook has told Nextcloud.
  const cloud = await Cloud.make();
  await cloud.does(cloud.wanted(['alice', 'bob', 'carol'].map((name) => ({ name, groups: ['family'] }))));
  const record = await cloud.ask('config:app:get', 'homecloud', 'people');
  share.sandbox.write({ 'homecloud.people': record }, '/kept');
  await sees(true, 'bob', ['family']);
  write(['alice', 'bob', 'carol'], ['alice']);
  await sees(false, 'bob', ['family']);
  write(['alice', 'carol'], ['alice']);
  await sees(false, 'bob', ['family']);
  await sees(true, 'grandma', ['family']);
  // Nobody can tell any more who was of the home.
  for (const unreadable of ['{"people":', '[]', '{"people":"bob"}']) {
    share.sandbox.write({ 'homecloud.people': unreadable }, '/kept');
    await sees(false, 'bob', ['family']);
  }
  await sees(true, 'alice', []);
}

/** Where links open at home only, who makes one is told so, and nobody else; a notice that fails spoils no link. */
async function linksAreHonest(share) {
  expect(/"linksAreForHomeOnly": true/.test(filesOf('nextcloud')['shares.json']), 'the sample is reached from outside');
  const [user, link, mail, failing, other] = await share.request(...[0, 3, 4, null].map((type) => ['link', type]), [
    'otherNotification',
  ]);
  expect(user.length === 0 && failing.length === 0, 'somebody is told without need');
  expect(/warning: Nobody was told/.test(share.said), share.said);
  for (const notices of [link, mail]) {
    const [{ app: from, user: to, object, text }] = notices;
    expect(
      notices.length === 1 && from === 'homecloud_dnas' && to === 'alice' && object === 'link 7',
      JSON.stringify(notices),
    );
    expect(text === 'Your link opens at home only', text);
  }
  expect(other === 'left alone', 'it takes the notifications of other apps');
  share.sandbox.write(
    {
      'shares.json': filesOf('nextcloud')['shares.json'].replace(
        '"linksAreForHomeOnly": true',
        '"linksAreForHomeOnly": false',
      ),
    },
    '/etc/homecloud',
  );
  expect(
    (await share.one('link', 3)).length === 0,
    'it is told that a link opens at home only, and it opens everywhere',
  );
}

/** @type {import('../boards/checks.mjs').Group} */
export const shares = {
  title: 'Shares in Nextcloud',
  checks: [
    ...Object.entries(ways).map(([name, way]) => ({ name: `shares: away, ${name}`, work: withShare(isAway(way)) })),
    { name: 'shares: away in between', work: withShare(goesInBetween) },
    { name: 'shares: short lists', work: withShare(listsAreShort) },
    ...Object.entries(unreadable).map(([name, way]) => ({
      name: `shares: unreadable, ${name}`,
      work: withShare(isUnreadable(way)),
    })),
    { name: 'shares: unreadable, a new folder', work: withShare(newFolderIsUnreadable) },
    { name: 'shares: nobody can tell what is gone', work: withShare(nobodyCanTell) },
    { name: 'shares: back at once', work: withShare(isBackAtOnce) },
    { name: 'shares: moved out', work: withShare(movedOut) },
    { name: 'shares: not renamed', work: withShare(cannotBeRenamed) },
    { name: 'shares: locked', work: withShare(isLocked) },
    { name: 'shares: a long folder', work: withShare(folderIsLong) },
    { name: 'shares: turns', work: withShare(sharesTakeTurns) },
    { name: 'shares: changes are seen', work: withShare(seesChanges) },
    { name: 'shares: too much is gone', work: withShare(tooMuchIsGone) },
    { name: 'shares: a little at a time', work: withShare(dripsAway) },
    { name: 'shares: all is gone', work: withShare(allIsGone) },
    { name: 'shares: a new disk', work: withShare(diskIsNew) },
    { name: 'shares: another disk', work: withShare(diskIsAnother) },
    { name: 'shares: another disk in between', work: withShare(diskIsAnotherInBetween) },
    { name: 'shares: a scan in parts', work: withShare(goesOn) },
    { name: 'shares: without the guard', work: withShare(withoutGuard) },
    { name: 'shares: who sees them', work: withShare(peopleSeeIt) },
    { name: 'shares: groups see them', work: withShare(groupsSeeIt) },
    { name: 'shares: ten thousand files', work: withShare(isLarge), isLong: true },
    { name: 'shares: links say from where they open', work: withShare(linksAreHonest) },
  ],
};
