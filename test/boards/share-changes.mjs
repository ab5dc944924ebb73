// The role share_changes on boards: its units in the real systemd of each release, on folders in the place of disks. What
// its program tells, and what Nextcloud makes of it, is checked in test/services/share-watch.mjs.
import { until } from '../dnas/until.mjs';
import { expect } from '../tools/expect.mjs';
import { addDisk, disks, plug, pull, removeDisks, withDisks } from './folder-disks.mjs';
import { makeHome } from './home.mjs';
import { changesNothing, check, runRole } from './roles.mjs';

/** @typedef {import('./board.mjs').Board} Board */
/** @typedef {import('./home.mjs').LabHome} Home */
/** @typedef {import('./lab.mjs').Lab} Lab */

/** A board, and the ansible-core that provisions it. @typedef {{ board: Board, version: string }} Provisioned */

const role = 'share_changes';
const unitOf = (disk) => `homecloud-share-changes-${disk}.service`;

/** Shares of each board, and their disks. */
const shares = { music: 'archive', papers: 'data', photos: 'data' };

/** Seconds from a change until it is told: ten, and what a busy board adds. */
const soon = 20;

/** The config of a home whose boards have these shares. @param {string[]} names of the boards @param {string[]} shown by Nextcloud */
function withShares(config, names, shown) {
  return {
    ...withDisks(config, names),
    people: [{ name: 'alice', uid: 2001 }],
    nextcloud: { enabled: true },
    shares: names.flatMap((board) =>
      Object.entries(shares).map(([share, disk]) => ({
        name: `${board}-${share}`,
        on: [`${board}/${disk}`],
        people: ['alice'],
        nextcloud: shown.includes(share),
      })),
    ),
  };
}

/** Their home, what changes the shares that Nextcloud shows there, and what does something on all boards beside each other. */
async function makeSharing(lab, all) {
  const names = all.map(({ board }) => board.name);
  const home = await makeHome(lab, (config) => withShares(config, names, ['photos', 'music']));
  return {
    home,
    shows: (...shown) => home.change((config) => withShares(config, names, shown)),
    onAll: (work) => Promise.all(all.map(work)),
  };
}

/**
 * It runs while a disk is there, tells what changes, takes other settings, and leaves nothing.
 * @param {Lab} lab @param {Provisioned[]} all boards with a fresh system, which they have again at the end
 * @param {boolean} full also what a check of the second run says
 */
export async function followsDisks(lab, all, full) {
  const { home, shows, onAll } = await makeSharing(lab, all);
  await onAll(async ({ board, version }) => {
    await prepare(board);
    await starts(home, board, version);
  });
  const seconds = await onAll(({ board }) => tells(board));
  await onAll(async ({ board, version }) => {
    await goesAndComes(board);
    await goesOn(home, board, version, full ? [[], check] : [[]]);
  });
  await shows('photos', 'papers');
  await onAll(({ board, version }) => takesOthers(home, board, version));
  await shows();
  await onAll(async ({ board, version }) => {
    await run(home, board, version);
    await leftNothing(board);
    await changesNothing(home, board, role, version, [[]]);
    await restore(board);
  });
  return `told after ${seconds.join(' s and ')} s`;
}

/**
 * Runs that were killed at each place where it matters are made good by the next.
 * @param {Lab} lab @param {Provisioned[]} all as of `followsDisks`
 */
export async function killed(lab, all) {
  const { home, shows, onAll } = await makeSharing(lab, all);
  const killAt = ({ board, version }, task) => home.killRolesAt(board.name, [role], version, `${role} : ${task}`);
  await onAll(async (it) => {
    const { board, version } = it;
    await prepare(board);
    const { changed } = await runRole(home, board, role, version, check);
    expect(changed[board.name] > 0, 'a check of a new board finds nothing to do');
    await leftNothing(board);
    for (const disk of disks) await plug(board, disk);
    await killAt(it, 'Write the settings');
    await killAt(it, 'Write the unit of each disk');
    await killAt(it, 'Start it whenever the disk comes');
    await run(home, board, version);
    await isJudged(board, 'music ok, photos ok');
  });
  await shows('music', 'papers', 'photos');
  await onAll(async (it) => {
    const { board, version } = it;
    const before = await pidOf(board, 'data');
    // Written, and not read.
    await killAt(it, 'Ask since when it runs');
    await isJudged(board, 'music ok, papers wrong, photos ok');
    expect((await pidOf(board, 'data')) === before, 'it was restarted before it was killed');
    await run(home, board, version);
    await isJudged(board, 'music ok, papers ok, photos ok');
    await changesNothing(home, board, role, version);
  });
  await shows();
  await onAll(async (it) => {
    const { board, version } = it;
    for (const task of ['Stop it', 'Take its files away', 'Remove the programs and the settings'])
      await killAt(it, task);
    await run(home, board, version);
    await leftNothing(board);
    await restore(board);
  });
}

/** With one disk plugged in and one that is away, which comes. */
async function starts(home, board, version) {
  await plug(board, 'data');
  await run(home, board, version);
  const states = await board.sudo(`systemctl is-active ${unitOf('data')} ${unitOf('archive')} || true`);
  expect(states === 'active\ninactive\n', `with the disk data alone, the units of data and archive are ${states}`);
  await isEmpty(board, 'archive');
  await isJudged(board, 'music wrong, photos ok');
  await plug(board, 'archive');
  await isJudged(board, 'music ok, photos ok');
  const pid = await pidOf(board, 'data');
  const rights = await board.sudo(
    `grep --extended-regexp "^(CapEff|NoNewPrivs|Seccomp):" /proc/${pid}/status; stat --format %U /proc/${pid}`,
  );
  const none = 'CapEff:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t2\ndnas\n';
  expect(rights === none, `its rights are:\n${rights}`);
}

/** What somebody writes; meanwhile, a unit that is stopped is found, and one that hangs, and a crash is made good. */
async function tells(board) {
  await write(board, 'photos', '2025');
  await write(board, 'photos', '2026');
  // What was watched goes.
  await board.sudo(`rm -r ${folderOf(board, 'photos')}/2025`);
  const other = unitOf('archive');
  await board.sudo(`systemctl stop ${other}`);
  await isJudged(board, 'music wrong, photos ok');
  await board.sudo(`systemctl start ${other}`);
  await isJudged(board, 'music ok, photos ok');
  // It has not said for long how it is.
  const said = '/run/homecloud-share-changes-archive/watched.json';
  await board.sudo(`systemctl kill --signal=STOP ${other} && touch --date=-11minutes ${said}`);
  await isJudged(board, 'music wrong, photos ok');
  await board.sudo(`systemctl kill --signal=KILL ${other}`);
  return isTold(board, 'photos', '2026');
}

/** It goes with its disk, and comes back with it. */
async function goesAndComes(board) {
  // That may still be waiting to be told.
  await write(board, 'photos', 'late');
  await pull(board, 'data');
  const state = await board.sudo(`systemctl is-active ${unitOf('data')} || true`);
  expect(state === 'inactive\n', `without its disk it is ${state}`);
  const left = await board.sudo(`pgrep --full --list-full "${role}[.]py.*/data" || true`);
  expect(left === '', `without its disk there is still ${left}`);
  await isEmpty(board, 'data');
  await isJudged(board, 'music ok, photos wrong');
  await plug(board, 'data');
  await isJudged(board, 'music ok, photos ok');
}

/** A second run changes nothing, and what is written is told all the same. */
async function goesOn(home, board, version, runs) {
  const pids = () => Promise.all(disks.map((disk) => pidOf(board, disk)));
  const before = await pids();
  await write(board, 'photos', '2027');
  await changesNothing(home, board, role, version, runs);
  expect((await pids()).join() === before.join(), 'a run with equal settings restarts it');
  await isTold(board, 'photos', '2027');
}

/** Another share on one disk, and none any more on the other. */
async function takesOthers(home, board, version) {
  const before = await pidOf(board, 'data');
  await run(home, board, version);
  expect((await pidOf(board, 'data')) !== before, 'with other settings it goes on with the old ones');
  await isJudged(board, 'papers ok, photos ok');
  const left = await leftOf(board);
  expect(!left.includes('archive'), `of the disk without such a share there is still:\n${left}`);
}

/** The owner of the shares, as the role syncthing makes it, and the shares, as Samba does. */
async function prepare(board) {
  await board.sudo(`
    groupadd --system --gid 1010 dnas
    useradd --system --uid 1010 --gid dnas --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin dnas
  `);
  for (const disk of disks) await addDisk(board, disk);
  for (const [share, disk] of Object.entries(shares)) {
    const folder = `/disks/${disk}/shares/${board.name}-${share}`;
    await board.sudo(`
      install --directory --owner=dnas --group=dnas --mode=2771 /disks/${disk}/shares ${folder} ${folder}/.stfolder
      install --owner=dnas --group=dnas --mode=664 /dev/null ${folder}/.stfolder/homecloud-disk
    `);
  }
}

async function restore(board) {
  await removeDisks(board);
  await board.sudo('userdel dnas');
}

/** Runs the role, which has something to do, and nothing to warn of. */
async function run(home, board, version) {
  const { changed, output, warnings } = await runRole(home, board, role, version);
  expect(changed[board.name] > 0, `it changed nothing:\n${output}`);
  expect(!/warning|deprecat/i.test(warnings), `it warns:\n${warnings}`);
}

const folderOf = (board, share) => `/srv/dnas/${shares[share]}/shares/${board.name}-${share}`;
const photoOf = (board, share, folder) => `${folderOf(board, share)}/${folder}/beach.jpg`;

/** Somebody in the group of the shares writes into a new folder. */
async function write(board, share, folder) {
  const script = `umask 002; cd ${folderOf(board, share)}; mkdir ${folder}; echo photo > ${folder}/beach.jpg`;
  await board.sudo(`setpriv --reuid=2001 --regid=1010 --clear-groups sh -ec "${script}"`);
}

/** Waits until the board tells of that folder. @returns {Promise<number>} seconds from the write until then */
async function isTold(board, share, folder) {
  const file = `${folderOf(board, share)}/.stfolder/homecloud-changes`;
  await until(
    `${board.name} tells of ${folder}`,
    async () => {
      const { folders } = JSON.parse(await board.sudo(`cat ${file}`));
      return folders.some(([, path]) => path === folder) || JSON.stringify(folders);
    },
    soon,
  );
  const stats = await board.sudo(`stat --format "%U:%G %a %Y" ${file} ${photoOf(board, share, folder)}`);
  const [[owner, mode, told], [, , written]] = stats.split('\n').map((line) => line.split(' '));
  expect(owner === 'dnas:dnas' && mode === '664', `what it tells is of ${owner}, with mode ${mode}`);
  const seconds = told - written;
  expect(seconds <= soon, `it tells after ${seconds} s`);
  return seconds;
}

/** Waits until the playbook verify is told that. @param {string} wanted of each share that Nextcloud shows, by disk and name */
async function isJudged(board, wanted) {
  await until(
    `of ${board.name} verify is told ${wanted}`,
    async () => {
      const lines = (await board.sudo('/usr/local/libexec/homecloud/verify.d/share_changes')).trim().split('\n');
      const told = lines.map((line) => line.split('\t')).map(([state, what]) => `${what.split('-').pop()} ${state}`);
      return told.join(', ') === wanted || told.join(', ');
    },
    soon,
  );
}

/** Nothing was written where a disk is mounted when it is there. */
async function isEmpty(board, disk) {
  const found = await board.sudo(`find /srv/dnas/${disk} -mindepth 1`);
  expect(found === '', `below the place of ${disk}, which is away: ${found}`);
}

async function pidOf(board, disk) {
  return (await board.sudo(`systemctl show --property=MainPID --value ${unitOf(disk)}`)).trim();
}

/** What there is of the role on a board: files, and units that systemd knows. */
function leftOf(board) {
  const names = ['*share?changes*', 'share_folders*', 'share_inotify*'].map((name) => `-name "${name}"`).join(' -o ');
  return board.sudo(`
    find /etc /usr/local ${names}
    find /run -maxdepth 1 -name "*share?changes*"
    find /etc/homecloud/share-changes -type f 2> /dev/null || true
    systemctl list-units --all --plain --no-legend "*share?changes*"
  `);
}

async function leftNothing(board) {
  const left = await leftOf(board);
  expect(left === '', `there is still:\n${left}`);
}
