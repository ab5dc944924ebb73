// How a board mounts what Nextcloud shows: the program of the role share_mounts, with real mounts in a space of its own. The
// kernel's CIFS is stood in for by a folder that is mounted a second time; the file server is there while the folder is.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';
import { until } from '../dnas/until.mjs';
import { committedRole } from '../tools/ansible.mjs';
import { run, succeed } from '../tools/process.mjs';
import { sleep } from '../tools/sleep.mjs';
import { expect, Service } from './service.mjs';

const role = committedRole('share_mounts');
const program = join(role, 'files/share-mount');
const verifyProgram = join(role, 'files/verify-shares');
const samba = fileURLToPath(new URL('../../dist/kubernetes/apps/dnas/oak/configmap-dnas-oak.yaml', import.meta.url));

/** Takes what the program says to mount(8), and mounts the folder that stands for the file server. */
const mountStandIn = (served, calls) => `#!/bin/sh
printf '%s\n' "$*" >> ${calls}
for place in "$@"; do :; done
test -d ${served} || { echo 'mount error(113): could not connect to 192.168.1.11' >&2; exit 32; }
exec /bin/mount --bind ${served} "$place"
`;

class Board {
  static make() {
    const board = new Board();
    board.root = mkdtempSync(join(tmpdir(), 'homecloud-mounts-'));
    for (const name of ['bin', 'settings', 'served/.stfolder', 'places'])
      mkdirSync(join(board.root, name), { recursive: true });
    board.served = join(board.root, 'served');
    board.place = join(board.root, 'places/photos');
    board.calls = join(board.root, 'calls');
    writeFileSync(join(board.served, '.stfolder/homecloud-disk'), '{}');
    writeFileSync(join(board.served, 'a picture'), '');
    writeFileSync(join(board.root, 'credentials'), '');
    writeFileSync(join(board.root, 'bin/mount'), mountStandIn(board.served, board.calls));
    chmodSync(join(board.root, 'bin/mount'), 0o755);
    return board;
  }

  /** In a space of mounts of its own, which goes with it. */
  start() {
    const settings = {
      SOURCE: '//192.168.1.11/photos.nextcloud',
      PLACE: this.place,
      MARKER: '.stfolder/homecloud-disk',
      SETTINGS: `${this.settings} ${this.root}/credentials`,
      CREDENTIALS: `${this.root}/credentials`,
      OPTIONS: 'soft',
      PAUSE: '0.1',
    };
    const lines = Object.entries(settings).map(([name, value]) => `${name}="${value}"\n`);
    writeFileSync(this.settings, lines.join(''));
    const env = { PATH: `${this.root}/bin:${process.env.PATH}` };
    const unshare = ['unshare', '--mount', '--propagation', 'private'];
    this.running = new Service([...unshare, 'sh', program, this.settings], env, []);
    return this.running;
  }

  get settings() {
    return join(this.root, 'settings/photos.conf');
  }

  /** What is in the place, as the program's space of mounts has it. */
  async sees() {
    const look = ['-t', `${this.running.pid}`, '-m', 'ls', '-A', this.place];
    return (await run('nsenter', look)).stdout.trim().split('\n').filter(Boolean).join(' ');
  }

  /** What the playbook verify is told of it. */
  async told() {
    const look = ['-t', `${this.running.pid}`, '-m', 'sh', verifyProgram, join(this.root, 'settings')];
    return (await succeed('nsenter', look)).stdout;
  }

  async remove() {
    await this.running?.kill();
    await run('chattr', ['-i', this.place]);
    rmSync(this.root, { recursive: true, force: true });
  }
}

const withBoard = (work) => async () => {
  const board = Board.make();
  try {
    return await work(board);
  } finally {
    await board.remove();
  }
};

const whole = '.stfolder a picture';
/** Seconds. */
const soon = 20;

/** The clock of the board is behind its files: it mounts all the same. */
async function clockIsBehind(board) {
  board.start();
  for (const file of [board.settings, join(board.root, 'credentials')]) {
    utimesSync(file, new Date('2096-01-01'), new Date('2096-01-01'));
  }
  await until('it is there', async () => (await board.sees()) === whole, soon);
  await sleep(1);
  expect(board.running.isRunning, board.running.output);
}

/** A board that is off, that comes, goes and comes again; the place is there all the time. */
async function goesAndComes(board) {
  renameSync(board.served, `${board.served}.off`);
  const { pid } = board.start();
  await until('it says that it waits', () => /is away: mount error\(113\)/.test(board.running.output), soon);
  expect((await board.sees()) === '', 'there is something in the place');
  const away = await board.told();
  expect(/^wrong\tphotos in Nextcloud\t.* is away: .*homecloud-share@photos says why\n$/.test(away), away);
  for (let time = 0; time < 3; time += 1) {
    renameSync(`${board.served}.off`, board.served);
    await until('it is there', async () => (await board.sees()) === whole, soon);
    const there = await board.told();
    expect(there === 'ok\tphotos in Nextcloud\t//192.168.1.11/photos.nextcloud is mounted\n', there);
    // The disk is pulled: the marker goes, and what was mounted stays mounted.
    const marker = join(board.served, '.stfolder/homecloud-disk');
    renameSync(marker, `${marker}.gone`);
    await until('it is unmounted', async () => (await board.sees()) === '', soon);
    renameSync(`${marker}.gone`, marker);
    await until('it is there again', async () => (await board.sees()) === whole, soon);
    renameSync(marker, `${marker}.gone`);
    renameSync(board.served, `${board.served}.off`);
    await until('it is unmounted again', async () => (await board.sees()) === '', soon);
    renameSync(`${board.served}.off/.stfolder/homecloud-disk.gone`, `${board.served}.off/.stfolder/homecloud-disk`);
  }
  expect(board.running.isRunning && board.running.pid === pid, 'it ended');
  const said = board.running.output.match(/is away/g).length;
  expect(said < 12, `it says ${said} times that it waits`);
  const [call] = readFileSync(board.calls, 'utf8').split('\n');
  expect(
    call === `-t cifs -o soft,credentials=${board.root}/credentials //192.168.1.11/photos.nextcloud ${board.place}`,
    call,
  );
}

/** New settings, and its end: nothing is left mounted. */
async function isEnded(board) {
  board.start();
  await until('it is there', async () => (await board.sees()) === whole, soon);
  writeFileSync(join(board.root, 'credentials'), 'password=new');
  // As after a power cut, on a board without a battery for its clock.
  utimesSync(join(board.root, 'credentials'), 0, 0);
  expect((await board.running.ended) === 0 && /its settings are new/.test(board.running.output), board.running.output);

  // As the unit does when it ends, in the same space of mounts.
  board.start();
  await until('it is there', async () => (await board.sees()) === whole, soon);
  // Its loop is not there any more then.
  process.kill(board.running.pid, 'SIGSTOP');
  const stop = ['-t', `${board.running.pid}`, '-m', 'sh', program, 'stop', board.settings];
  const [{ code }, left] = [await run('nsenter', stop), await board.sees()];
  expect(code === 0 && left === '', `it is still mounted: ${left}`);
}

/** The marker comes into the share with the disk, and with it alone (charts/dnas/smb-conf.ts). */
async function markerIsCopied(board) {
  const files = load(readFileSync(samba, 'utf8')).data;
  const disk = join(board.root, 'disk');
  mkdirSync(disk);
  for (const name of ['open-share.sh', 'open-cloud-share.sh']) {
    writeFileSync(join(board.root, name), files[name].replaceAll('/etc/dnas/', `${board.root}/`));
  }
  const [, call] = /^\[photos\.nextcloud\]\n(?:.*\n)*?preexec = (.*)$/m.exec(files['smb.conf']) ?? [];
  const words = call.replaceAll('/etc/dnas/', `${board.root}/`).replaceAll('/srv/dnas/data', disk).split(' ');
  const opens = async () => (await run(words[0], words.slice(1))).code === 0;
  const copy = join(disk, 'shares/photos/.stfolder/homecloud-disk');
  expect(!(await opens()), 'it opens without a disk');
  expect((await run('ls', ['-A', disk])).stdout === '', 'it writes into an empty mount point');
  for (const text of ['{"uuid":"the first"}\n', '{"uuid":"the second"}\n']) {
    writeFileSync(join(disk, '.homecloud-disk'), text);
    expect(await opens(), 'it does not open');
    expect(readFileSync(copy, 'utf8') === text, 'the marker is another');
  }
  // What was deleted in Nextcloud is in a bin that it does not see, and goes from there when its days are over.
  const bin = join(disk, 'shares/photos/.recycle/nextcloud/trip');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'beach.jpg'), '');
  const emptied = join(disk, 'shares/photos/.recycle/.emptied');
  await opens();
  await until('it has looked', () => existsSync(emptied), soon);
  expect(existsSync(join(bin, 'beach.jpg')), 'what was deleted today is gone');
  // The time of the last change of status cannot be set: less than no day stands for the days.
  expect(words.at(-1) === '30', words.join(' '));
  words[words.length - 1] = '-1';
  utimesSync(emptied, 0, 0);
  await opens();
  await until('what is old goes', () => !existsSync(bin), soon);
  rmSync(join(disk, '.homecloud-disk'));
  expect(!(await opens()), 'it opens without its disk');
  const share = /^\[photos\.nextcloud\]\n((?:.+\n)*)/m.exec(files['smb.conf'])?.[1] ?? '';
  expect(/^valid users = _nextcloud$/m.test(share) && /^server smb encrypt = required$/m.test(share), share);
  expect(!/^veto files = .*\.stfolder/m.test(share), 'Nextcloud does not see the marker');
  expect(/^veto files = \/\.recycle\//m.test(share), 'Nextcloud shows the bin');
  expect(/^vfs objects = .* recycle\nrecycle:repository = \.recycle\/nextcloud$/m.test(share), share);
  expect(
    !/^valid users = .*_nextcloud.*\n/m.test(files['smb.conf'].replace(/\[photos\.nextcloud\][^[]*/, '')),
    'it may more',
  );
}

/** @type {import('../boards/checks.mjs').Group} */
export const shareMounts = {
  title: 'Boards mount shares for Nextcloud',
  checks: [
    { name: 'mounts: a board goes and comes', work: withBoard(goesAndComes) },
    { name: 'mounts: a clock that is behind', work: withBoard(clockIsBehind) },
    { name: 'mounts: new settings', work: withBoard(isEnded) },
    { name: 'mounts: the marker in the share', work: withBoard(markerIsCopied) },
  ],
};
