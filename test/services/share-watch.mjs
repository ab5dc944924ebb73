// Changes in shares, as a board tells them: the real program of the role share_changes over real folders, the real Syncthing of
// two boards, and our app, which looks where it is told (shares.mjs says what is stood in for).
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { MeshLab } from '../dnas/mesh-lab.mjs';
import { until } from '../dnas/until.mjs';
import { committedRole } from '../tools/ansible.mjs';
import { tool } from '../tools/install.mjs';
import { run, succeed } from '../tools/process.mjs';
import { sleep } from '../tools/sleep.mjs';
import { account, expect, Service } from './service.mjs';
import { changesFile, recordsOfAll, Share, sizesAreRight, withShare } from './shares.mjs';

const role = committedRole('share_changes');
const programs = join(role, 'files');
/** As the unit calls it: another one may be where its account may not read it. */
const python = '/usr/bin/python3';

/** The program of the role, as the unit runs it: with no right of root. */
class Watcher {
  /** @param {string} share folder of it @param {number} uid of its owner */
  constructor(share, uid) {
    this.share = share;
    this.folder = mkdtempSync(join(tmpdir(), 'homecloud-changes-'));
    chmodSync(this.folder, 0o777);
    this.settings = join(this.folder, 'data.json');
    this.watched = join(this.folder, 'watched.json');
    const settings = {
      ...{ marker: '.stfolder/homecloud-disk', changes: changesFile, watched: this.watched },
      shares: [{ name: 'photos', path: share }],
    };
    const written = [...readFileSync(join(role, 'templates/settings.json.j2'), 'utf8').matchAll(/^ {2}'(\w+)':/gm)];
    expect(written.map(([, key]) => key).join() === Object.keys(settings).join(), `the role writes ${written}`);
    writeFileSync(this.settings, JSON.stringify(settings));
    this.as = ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];
  }

  start() {
    // In memory, and gone with the unit.
    rmSync(this.watched, { force: true });
    this.running = new Service([python, '-B', this.program(), this.settings], {}, this.as);
    return until('it watches', () => this.isWatched || this.running.output);
  }

  /** Where its owner may read them. */
  program() {
    for (const name of readdirSync(programs))
      writeFileSync(join(this.folder, name), readFileSync(join(programs, name)));
    return join(this.folder, 'share_changes.py');
  }

  get isWatched() {
    return existsSync(this.watched) && JSON.parse(readFileSync(this.watched, 'utf8')).includes('photos');
  }

  get at() {
    return join(this.share, changesFile);
  }

  /** @returns {string[]} */
  get folders() {
    return existsSync(this.at) ? JSON.parse(readFileSync(this.at, 'utf8')).folders.map(([, path]) => path) : [];
  }

  tells(...paths) {
    const lacks = () => paths.filter((path) => !this.folders.includes(path));
    return until(`it tells of ${paths}`, () => lacks().length === 0 || `${lacks()} of ${this.folders.length}`, 60);
  }

  async remove() {
    await this.running?.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const withWatcher = (work) =>
  withShare(async (share) => {
    const watcher = new Watcher(share.root, account.uid);
    try {
      await watcher.start();
      return await work(share, watcher);
    } finally {
      await watcher.remove();
    }
  });

/** The board tells, by whichever way a change is made, and Nextcloud looks there. */
async function boardTells(share, watcher) {
  const records = share.count;
  share.put('2024/m0/new.jpg', 'new');
  share.put('2026/new/deep/img.jpg', 'new');
  renameSync(share.at('2025/m3'), share.at('2026/moved'));
  rmSync(share.at('2024/m1/img3.jpg'));
  await watcher.tells('2024/m0', '2024/m1', '2025', '2026', '2026/new/deep', '2026/moved');
  expect(statSync(watcher.at).uid === account.uid, 'the file is not of the owner of the share');
  const said = await share.one('changes');
  const now = share.records();
  expect('2026/moved/img1.jpg' in now && '2026/new/deep/img.jpg' in now && !('2025/m3' in now), said);
  expect(share.count === records + 2 + 3 - 1, `${share.count} records`);
  // In a folder that has moved, and with a name that came in one step.
  writeFileSync(share.at('2026/moved/.syncthing.late.jpg.tmp'), 'half');
  renameSync(share.at('2026/moved/.syncthing.late.jpg.tmp'), share.at('2026/moved/late.jpg'));
  await until('it tells anew', async () => (await share.one('changes')) !== null, 30);
  expect('2026/moved/late.jpg' in share.records(), 'a change in a folder that has moved was not seen');
  sizesAreRight(share);
  expect(/^0 new or changed, all seen$/.test(await share.one('scan')), 'the scan of all finds more');
  return said;
}

/** What changes nothing for Nextcloud costs the disk nothing. */
async function isSilent(share, watcher) {
  share.put('.stversions/img~20260101.jpg', 'old');
  share.put('.recycle/nextcloud/img.jpg', 'old');
  share.put('.stignore', '*');
  share.put('2024/m0/.syncthing.img.jpg.tmp', 'half');
  share.put('2024/m0/upload.part', 'half');
  chmodSync(share.at('2024/m0'), 0o755);
  await share.request(['scan'], ['read', '2024/m0/img1.jpg']);
  // Who is still writing.
  const writer = new Service(
    ['sh', '-c', 'exec > "$0"; echo half; sleep 60', share.at('2024/m1/slow.jpg')],
    {},
    watcher.as,
  );
  await sleep(13);
  expect(!existsSync(watcher.at), `it tells of ${watcher.folders}`);
  await writer.kill();
  await watcher.tells('2024/m1');
  const { ino } = statSync(watcher.at);
  await sleep(12);
  expect(statSync(watcher.at).ino === ino, 'it writes again, and nothing changed');
}

/** Links lead nowhere, names may be anything, and people may be in the way. */
async function isAttacked(share, watcher) {
  const outside = join(share.sandbox.folder('/outside'), 'x');
  mkdirSync(outside);
  symlinkSync(outside, share.at('2024/link'));
  mkdirSync(share.at('2024/a "quoted"\n\\ name'));
  mkdirSync(Buffer.concat([Buffer.from(share.at('2024/m0/caf')), Buffer.from([0xe9])]));
  await sleep(2);
  writeFileSync(join(outside, 'secret'), '');
  share.put('2024/a "quoted"\n\\ name/img.jpg', 'new');
  writeFileSync(Buffer.concat([Buffer.from(share.at('2024/m0/caf')), Buffer.from([0xe9]), Buffer.from('/x')]), '');
  // The file that it writes leads somewhere else, and the one that it makes first is there already.
  const precious = join(outside, 'precious');
  writeFileSync(precious, 'precious');
  symlinkSync(precious, watcher.at);
  // Anybody may fill the place of any name that can be guessed.
  mkdirSync(`${watcher.at}.new/full`, { recursive: true });
  await watcher.tells('2024', '2024/a "quoted"\n\\ name', '2024/m0');
  expect(readFileSync(precious, 'utf8') === 'precious', 'it writes through a link');
  expect(!watcher.folders.some((path) => path.includes('link')), `it follows a link: ${watcher.folders}`);
  // The folder of the marker is another place.
  renameSync(share.at('.stfolder'), share.at('../aside'));
  const elsewhere = join(outside, 'elsewhere');
  mkdirSync(elsewhere);
  writeFileSync(join(elsewhere, 'homecloud-disk'), '{}');
  chmodSync(elsewhere, 0o777);
  symlinkSync(elsewhere, share.at('.stfolder'));
  share.put('2025/m2/new.jpg', 'new');
  await sleep(13);
  expect(readdirSync(elsewhere).join() === 'homecloud-disk', 'it writes to a folder outside of the share');
  unlinkSync(share.at('.stfolder'));
  renameSync(share.at('../aside'), share.at('.stfolder'));
  await until('it tells once it can', () => watcher.folders.includes('2025/m2') || watcher.running.output, 45);
  expect(watcher.running.isRunning, watcher.running.output);
}

/** A folder is exchanged for a link while the board looks, before what is below it is looked at. */
async function isExchanged() {
  const folder = mkdtempSync(join(tmpdir(), 'homecloud-changes-'));
  try {
    mkdirSync(join(folder, 'share/x/docs'), { recursive: true });
    mkdirSync(join(folder, 'private/docs/lawyer'), { recursive: true });
    const script = `import os, sys
sys.path.insert(0, sys.argv[1])
os.chdir(sys.argv[2])
import share_folders
folders = share_folders.Folders(os.path.abspath(b"share"))
while folders.ahead:
    folder, is_new = folders.ahead.pop()
    if folder.name == b"docs":
        os.rename("share/x", "aside")
        os.symlink("../private", "share/x")
    folders._enter(folder, is_new)
assert os.path.islink("share/x")
names = {folder.name for folder in folders.by_watch.values()}
assert names == {b"", b"x"}, names
folders.changed()
os.mkdir("private/docs/divorce")
told = folders.changed()
assert told == set(), told`;
    await succeed(python, ['-B', '-c', script, programs, folder]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What cannot be told is said once, and is not taken for watched. */
async function cannotTell(share, watcher) {
  // Another folder in the place of the file, which only whoever put it there can take away.
  mkdirSync(join(watcher.at, 'full'), { recursive: true });
  share.put('2024/m0/new.jpg', 'new');
  await until('it says so', () => /photos: its changes cannot be told: /.test(watcher.running.output) || 'not yet', 30);
  await until('it is not taken for watched', () => !watcher.isWatched || 'not yet', 10);
  expect(readdirSync(dirname(watcher.at)).length === 2, `it leaves ${readdirSync(dirname(watcher.at))}`);
  rmSync(watcher.at, { recursive: true });
  await watcher.tells('2024/m0');
  await until('it is watched', () => watcher.isWatched || 'not yet', 10);
  expect(watcher.running.output.match(/cannot be told/g).length === 1, watcher.running.output);
}

/** It is killed, and starts again; the disk is another; the share is not there at its start. */
async function startsAgain(share, watcher) {
  share.put('2024/m0/new.jpg', 'new');
  await watcher.tells('2024/m0');
  share.put('2024/m1/lost.jpg', 'new');
  await watcher.running.kill();
  share.put('2025/m2/lost.jpg', 'new');
  await share.one('changes');
  await watcher.start();
  expect(watcher.folders.includes('2024/m0'), 'a start takes away what was told');
  share.put('2025/m3/new.jpg', 'new');
  await watcher.tells('2025/m3');
  expect((await share.one('changes')) === '1 new or changed', 'after a new start, what it tells is not taken');
  // What happened meanwhile.
  const scan = await share.one('scan');
  expect(scan === '2 new or changed, all seen', scan);
  // All of the share is another folder, and then the one that it was.
  renameSync(share.root, `${share.root}.away`);
  await until('it sees that', () => /changes were missed/.test(watcher.running.output) || watcher.running.output, 20);
  renameSync(`${share.root}.away`, share.root);
  await until(
    'it watches anew',
    () => watcher.running.output.match(/is watched$/gm).length === 2 || watcher.running.output,
    45,
  );
  share.put('2025/m3/newer.jpg', 'new');
  await until('it tells anew', async () => (await share.one('changes')) !== null, 30);
  expect('2025/m3/newer.jpg' in share.records(), 'it does not see changes of a share that is back');
}

/** More at once than it can tell of, and more than the kernel keeps. */
async function flood(share, watcher) {
  const make = (name, folders, files) =>
    succeed('python3', [
      '-c',
      'import os, sys\nname, folders, files = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])\nfor n in range(folders):\n    os.makedirs(f"{name}/d{n}")\n    for f in range(files): open(f"{name}/d{n}/f{f}", "w").write("x")',
      share.at(name),
      ...[folders, files].map(String),
    ]);
  await make('flood', 100, 100);
  await watcher.tells('flood');
  const start = performance.now();
  const said = await share.one('changes');
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  expect(said === '10101 new or changed' && share.count === recordsOfAll + 10_101, `${said}: ${share.count} records`);
  sizesAreRight(share);
  // More folders than the file has room for: that above them is in it.
  await make('wide', 3000, 1);
  await watcher.tells('wide');
  const bytes = statSync(watcher.at).size;
  expect(bytes < 40_000, `${bytes} bytes`);
  const memory = watcher.running.memory();
  expect(memory < 64 * 2 ** 20, `${memory} bytes of memory`);
  // It sleeps, as on a board that is busy elsewhere.
  process.kill(watcher.running.pid, 'SIGSTOP');
  await make('more', 200, 1);
  for (let n = 0; n < 20_000; n += 1) utimesSync(share.at(`wide/d${n % 3000}/f0`), n, n);
  process.kill(watcher.running.pid, 'SIGCONT');
  await until('it says so', () => /changes were missed/.test(watcher.running.output) || watcher.running.output, 30);
  await until('it watches anew', () => watcher.running.output.match(/is watched$/gm).length === 2 || 'not yet', 60);
  await until('all of it', () => watcher.isWatched || 'not yet', 120);
  appendFileSync(share.at('more/d7/f0'), 'y');
  await watcher.tells('more/d7');
  return `${Math.round(memory / 2 ** 20)} MiB, ${bytes} bytes, taken in ${seconds} s`;
}

/** The first line of a unit's sandbox that Python would not live with. */
async function isConfined() {
  const script = `import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN = 65, 1
if libc.prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0) != 0: sys.exit(3)
os.execv(sys.executable, [sys.executable, "-B", "-c", "import sys; sys.path.insert(0, sys.argv[1]); import share_inotify; share_inotify.Inotify().watch(b'/tmp', share_inotify.CREATE)", sys.argv[1]])`;
  const { code, stderr } = await run(python, ['-B', '-c', script, programs]);
  expect(code !== 3, 'this check needs Linux 6.3 (prctl(2), PR_SET_MDWE)');
  expect(code === 0, `without memory that is both written and run: ${stderr}`);
}

/** A file that Syncthing brings from another board. */
async function syncthingBrings() {
  const mesh = await MeshLab.make({ oak: join(await tool('syncthing'), 'syncthing') });
  const share = await Share.make();
  let watcher;
  try {
    const { oak, elm } = mesh;
    await mesh.apply();
    await mesh.converge('photos');
    const here = elm.path('photos');
    // Nextcloud sees it as an account of its own (mount.cifs(8), uid).
    chmodSync(here, 0o2775);
    writeFileSync(join(here, '.stfolder/homecloud-disk'), readFileSync(share.at('.stfolder/homecloud-disk')));
    rmSync(share.root, { recursive: true });
    symlinkSync(here, share.root);
    const owner = statSync(here).uid;
    await share.one('scan');
    watcher = new Watcher(here, owner);
    await watcher.start();
    const write = async (name) => {
      const path = oak.path('photos', name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, name);
      await succeed('chown', ['-R', `${owner}:${owner}`, oak.path('photos')]);
    };
    const arrives = async (name) => {
      const start = performance.now();
      await until(
        `${name} is in Nextcloud`,
        async () => {
          if (existsSync(watcher.at)) await share.one('changes');
          return name in share.records() || `${watcher.folders}`;
        },
        90,
      );
      return Math.round((performance.now() - start) / 1000);
    };
    await write('2026/trip/beach.jpg');
    const first = await arrives('2026/trip/beach.jpg');
    // Syncthing starts anew, and is not even there.
    await elm.stop();
    writeFileSync(join(here, '2026/by-smb.jpg'), 'x');
    await succeed('chown', [`${owner}:${owner}`, join(here, '2026/by-smb.jpg')]);
    const alone = await arrives('2026/by-smb.jpg');
    await elm.start();
    await write('2026/trip/later.jpg');
    const later = await arrives('2026/trip/later.jpg');
    rmSync(oak.path('photos', '2026/trip/beach.jpg'));
    await mesh.converge('photos');
    await until(
      'what was deleted is gone',
      async () => {
        await share.one('changes');
        return !('2026/trip/beach.jpg' in share.records()) || 'not yet';
      },
      60,
    );
    // Nothing of ours comes to the other board.
    await mesh.converge('photos');
    expect(!existsSync(oak.path('photos', changesFile)), 'what is told is synced');
    mesh.expectNoFailure();
    return `by Syncthing after ${first} s and ${later} s, without it after ${alone} s`;
  } finally {
    await watcher?.remove();
    await mesh.stop();
    share.remove();
  }
}

/** @type {import('../boards/checks.mjs').Group} */
export const shareWatch = {
  title: 'Changes in shares, on the board',
  checks: [
    { name: 'watch: the board tells', work: withWatcher(boardTells) },
    { name: 'watch: the board is silent', work: withWatcher(isSilent) },
    { name: 'watch: attacked', work: withWatcher(isAttacked) },
    { name: 'watch: exchanged for a link', work: isExchanged },
    { name: 'watch: it cannot tell', work: withWatcher(cannotTell) },
    { name: 'watch: it starts again', work: withWatcher(startsAgain) },
    { name: 'watch: ten thousand', work: withWatcher(flood), isLong: true },
    { name: 'watch: confined', work: isConfined },
    { name: 'watch: Syncthing brings them', work: syncthingBrings },
  ],
};
