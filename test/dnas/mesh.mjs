// The mesh that the model declares, in the real Syncthing: each check in a lab of its own.
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { succeed } from '../tools/process.mjs';
import { expect } from './mesh-lab.mjs';
import { until } from './until.mjs';

/** @typedef {import('./mesh-lab.mjs').MeshLab} Lab */

/** Writes a file of a share on a board, as the protocols of the share do. */
function write(board, share, name, text) {
  const path = board.path(share, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  const { uid, gid } = statSync(join(board.disks, 'data'));
  for (let at = path; at !== board.disks; at = dirname(at)) chownSync(at, uid, gid);
}

/** Waits for a file with that text. */
function arrives(board, share, name, text) {
  return until(`${name} arrives on ${board.name}`, () => {
    const found = readFileSync(board.path(share, name), 'utf8');
    expect(found === text, `${name} on ${board.name} is ${JSON.stringify(found)}`);
  });
}

/** Files and folders of a share, without what is Syncthing's own. */
function names(board, share) {
  return readdirSync(board.path(share), { recursive: true, encoding: 'utf8' })
    .filter((name) => !/^\.st(folder|ignore|versions)/.test(name))
    .sort();
}

const nothing = ({ changes, problems, restart }) => changes.length + problems.length === 0 && !restart;

/** Both boards from nothing to a mesh in one run, told by a check before it; then a second run changes nothing. @param {Lab} lab */
export async function fromNothing(lab) {
  for (const board of [lab.oak, lab.elm]) {
    const wanted = await lab.wanted(board);
    const before = JSON.stringify(await board.api('config'));
    const told = await board.apply(wanted, '--check');
    expect(JSON.stringify(await board.api('config')) === before, `a check changed ${board.name}`);
    expect(!existsSync(wanted.record) && !existsSync(board.path('photos')), `a check wrote files on ${board.name}`);
    const done = await board.apply(wanted);
    expect(told.changes.join() === done.changes.join(), `it told ${told.changes} and did ${done.changes}`);
    for (const args of [[], ['--check']]) {
      const again = await board.apply(wanted, ...args);
      expect(nothing(again), `a second run changes ${JSON.stringify(again)}`);
    }
  }
  write(lab.oak, 'photos', 'holiday/sea.jpg', 'from oak');
  write(lab.elm, 'films', 'wedding.mkv', 'from elm');
  write(lab.oak, 'photos', '.DS_Store', 'of one Mac');
  await succeed('python3', [
    '-c',
    'import os, sys\nfor name in ["user.DosStream.fork:$DATA", "user.DOSATTRIB"]: os.setxattr(sys.argv[1], name, b"x" * 900)',
    lab.oak.path('photos', 'holiday/sea.jpg'),
  ]);
  await Promise.all([lab.converge('photos'), lab.converge('films')]);
  await arrives(lab.elm, 'photos', 'holiday/sea.jpg', 'from oak');
  await arrives(lab.oak, 'films', 'wedding.mkv', 'from elm');
  expect(!existsSync(lab.elm.path('photos', '.DS_Store')), 'a file that is not to be synced is');
  const { stdout } = await succeed('python3', [
    '-c',
    'import os, sys; print(sorted(os.listxattr(sys.argv[1])))',
    lab.elm.path('photos', 'holiday/sea.jpg'),
  ]);
  expect(stdout.trim() === "['user.DosStream.fork:$DATA']", `attributes on elm: ${stdout}`);
  // A phone is offered photos, and nobody films.
  const shared = (await lab.oak.api('config/folders')).map(({ label, devices }) => `${label} ${devices.length}`).sort();
  expect(shared.join() === 'films 2,photos 3', `shared: ${shared}`);
}

/** Settings of a person on the page of a board are brought back; what else they set stays. @param {Lab} lab */
export async function bringsBack(lab) {
  await lab.apply();
  const photos = (await lab.oak.api('config/folders')).find(({ label }) => label === 'photos');
  const changed = { ...photos, maxConflicts: 0, type: 'receiveonly', order: 'newestFirst' };
  await lab.oak.api(`config/folders/${photos.id}`, 'PUT', changed);
  await lab.oak.api('config/options', 'PATCH', { relaysEnabled: true, maxSendKbps: 77 });
  await lab.oak.api(`db/ignores?folder=${photos.id}`, 'POST', { ignore: ['*'] });
  const { oak } = await lab.apply();
  expect(
    oak.changes.join('; ') ===
      'options relaysEnabled; photos: maxConflicts, type; photos: patterns of what is not synced',
    `it changed ${oak.changes.join('; ')}`,
  );
  const { options, folders } = await lab.oak.api('config');
  const after = folders.find(({ label }) => label === 'photos');
  expect(!options.relaysEnabled && options.maxSendKbps === 77, 'options are not as they should be');
  expect(after.type === 'sendreceive' && after.order === 'newestFirst', 'the folder is not as it should be');
  write(lab.oak, 'photos', 'a', 'a');
  await lab.converge('photos');
  await arrives(lab.elm, 'photos', 'a', 'a');
}

/** Two people change one file at once: both versions are kept, and the one that lost is counted. @param {Lab} lab */
export async function conflict(lab) {
  await lab.apply();
  write(lab.oak, 'photos', 'list.txt', 'first');
  await lab.converge('photos');
  await lab.elm.stop();
  write(lab.oak, 'photos', 'list.txt', 'of oak');
  await lab.oak.scan();
  write(lab.elm, 'photos', 'list.txt', 'of elm');
  await lab.elm.start();
  await lab.converge('photos');
  for (const board of [lab.oak, lab.elm]) {
    await until('both versions are there', () => {
      const texts = names(board, 'photos').map((name) => readFileSync(board.path('photos', name), 'utf8'));
      expect(texts.sort().join() === 'of elm,of oak', `${board.name} has ${names(board, 'photos')}: ${texts}`);
    });
    const { devices } = await lab.wanted(board);
    const found = await board.measure(devices);
    const wanted = {
      homecloud_syncthing_up: 1,
      'homecloud_syncthing_folder_stopped{folder="photos"}': 0,
      'homecloud_syncthing_folder_need_items{folder="photos"}': 0,
      'homecloud_syncthing_folder_conflicts{folder="photos"}': 1,
      'homecloud_syncthing_folder_conflicts{folder="films"}': 0,
      'homecloud_syncthing_folder_conflicts_of_one_file{folder="photos"}': 1,
      'homecloud_syncthing_folder_conflicts_limit{folder="photos"}': 50,
      [`homecloud_syncthing_device_connected{device="${board === lab.oak ? 'elm' : 'oak'}",kind="board"}`]: 1,
      'homecloud_syncthing_device_connected{device="alice/phone",kind="person"}': 0,
    };
    for (const [sample, value] of Object.entries(wanted))
      expect(found[sample] === value, `${sample} is ${found[sample]}`);
    expect(
      !Object.keys(found).some((sample) => sample.includes('last_seen') && sample.includes('alice')),
      'a phone that never came was seen',
    );
  }
  await lab.elm.stop();
  const { devices } = await lab.wanted(lab.oak);
  const said = await lab.oak.verify(devices);
  expect(said.join() === 'ok sync of films,ok sync of photos,wrong Syncthing of elm', `verify is told ${said}`);
  const seen = (await lab.oak.measure())['homecloud_syncthing_device_last_seen_seconds{device="elm",kind="other"}'];
  expect(Math.abs(Date.now() / 1000 - seen) < 60, `elm was seen at ${seen}`);
  const { homecloud_syncthing_up: up } = await lab.elm.measure();
  expect(up === 0, 'it answers, and was stopped');
}

/** Conflict copies are counted as they come, and a walk that was stopped does not begin at once again. @param {Lab} lab */
export async function counted(lab) {
  await lab.apply();
  const { oak } = lab;
  const copies = async () => (await oak.measure())['homecloud_syncthing_folder_conflicts{folder="photos"}'];
  const copy = async (number) => {
    write(oak, 'photos', `list.sync-conflict-20261129-10111${number}-ABCDEFG.txt`, 'other');
    await until('Syncthing sees the copy', async () => {
      await oak.scan();
      const { localFiles } = await oak.status('photos');
      expect(localFiles === number, `${localFiles} files`);
    });
  };
  expect((await copies()) === 0, `there are ${await copies()}`);
  for (const number of [1, 2]) {
    await copy(number);
    expect((await copies()) === number, `of ${number} it tells ${await copies()}`);
  }
  // What a walk that was stopped leaves: the last count is told, and a copy that came since is counted later.
  const file = join(oak.folder, 'cache.json');
  const cache = JSON.parse(readFileSync(file, 'utf8'));
  const of = cache['homecloud-photos'];
  const stopped = (ago) => {
    cache['homecloud-photos'] = { ...of, at: Date.now() / 1000 - ago, took: 600 };
    writeFileSync(file, JSON.stringify(cache));
  };
  await copy(3);
  stopped(60);
  expect((await copies()) === 2, `after a walk that was stopped it tells ${await copies()}`);
  stopped(6060);
  expect((await copies()) === 3, `later it tells ${await copies()}`);
}

/** Without its marker a folder stops, whatever is gone of it, and nobody makes the marker again. @param {Lab} lab */
export async function markerGone(lab) {
  await lab.apply();
  for (const name of ['one', 'two']) write(lab.oak, 'photos', name, name);
  await lab.converge('photos');
  const [marker] = readdirSync(lab.elm.path('photos', '.stfolder'));
  rmSync(lab.elm.path('photos', '.stfolder'), { recursive: true });
  for (const name of ['one', 'two']) unlinkSync(lab.elm.path('photos', name));
  await stopped(lab.elm, 'photos');
  const { elm } = await lab.apply();
  expect(elm.problems.length === 1 && elm.problems[0].includes(marker), `problems: ${elm.problems}`);
  expect(!existsSync(lab.elm.path('photos', '.stfolder')), 'the marker was made again');
  expect(names(lab.oak, 'photos').join() === 'one,two', `oak has ${names(lab.oak, 'photos')}`);
  // After a restart, too.
  await lab.elm.stop();
  await lab.elm.start();
  await stopped(lab.elm, 'photos');
  write(lab.oak, 'photos', 'three', 'three');
  await lab.oak.scan();
  expect(names(lab.oak, 'photos').join() === 'one,three,two', `oak has ${names(lab.oak, 'photos')}`);
  const { devices } = await lab.wanted(lab.elm);
  const said = await lab.elm.verify(devices);
  expect(said.join() === 'ok Syncthing of oak,ok sync of films,wrong sync of photos', `verify is told ${said}`);
  const measured = await lab.elm.measure();
  expect(measured['homecloud_syncthing_folder_stopped{folder="photos"}'] === 1, 'it is not measured as stopped');
  // The files are back, and a person says so.
  for (const name of ['one', 'two']) write(lab.elm, 'photos', name, name);
  write(lab.elm, 'photos', `.stfolder/${marker}`, '');
  await lab.converge('photos');
  expect(names(lab.elm, 'photos').join() === 'one,three,two', `elm has ${names(lab.elm, 'photos')}`);
}

/** A disk is pulled out and comes back: its folder stops, the one of the other disk goes on. @param {Lab} lab */
export async function diskAway(lab) {
  await lab.apply();
  write(lab.oak, 'photos', 'photo', 'photo');
  write(lab.oak, 'films', 'film', 'film');
  await Promise.all([lab.converge('photos'), lab.converge('films')]);
  const plugIn = lab.elm.pull('archive');
  await stopped(lab.elm, 'films');
  const { elm } = await lab.apply();
  expect(nothing(elm) && /^films: .* the disk is away/.test(elm.notes.join()), `it did ${JSON.stringify(elm)}`);
  expect(readdirSync(join(lab.elm.disks, 'archive')).length === 0, 'something was made below the mount point');
  write(lab.elm, 'photos', 'meanwhile', 'meanwhile');
  unlinkSync(lab.oak.path('films', 'film'));
  write(lab.oak, 'films', 'other', 'other');
  await lab.converge('photos');
  await arrives(lab.oak, 'photos', 'meanwhile', 'meanwhile');
  expect(names(lab.oak, 'films').join() === 'other', `oak has ${names(lab.oak, 'films')}`);
  plugIn();
  await lab.converge('films');
  expect(names(lab.elm, 'films').join() === 'other', `elm has ${names(lab.elm, 'films')}`);
}

/** A device that loses a share whose disk is away, or has lost its marker, does not have it back with the disk. @param {Lab} lab */
export async function revoked(lab) {
  const isOffered = (offered) => (config) => {
    config.shares[1].sync = { devices: offered, types: offered ? {} : { elm: 'receive-only' } };
  };
  await lab.apply(isOffered(true));
  write(lab.oak, 'films', 'film', 'film');
  await lab.converge('films');
  const plugIn = lab.elm.pull('archive');
  await stopped(lab.elm, 'films');
  const isShared = async () => {
    const { devices, type } = await lab.elm.api('config/folders/homecloud-films');
    return `${type} ${devices.some(({ deviceID }) => deviceID === lab.phone.id)}`;
  };
  const { elm } = await lab.apply(isOffered(false));
  expect(elm.changes.join() === 'films: devices, type', `with the disk away it changed ${elm.changes}`);
  expect((await isShared()) === 'receiveonly false', `with the disk away it is ${await isShared()}`);
  expect(readdirSync(join(lab.elm.disks, 'archive')).length === 0, 'something was made below the mount point');
  plugIn();
  const after = (await lab.apply(isOffered(false))).elm;
  expect(nothing(after) && after.unknown.length === 0, `with the disk back it did ${JSON.stringify(after)}`);

  await lab.apply(isOffered(true));
  rmSync(lab.elm.path('films', '.stfolder'), { recursive: true });
  const { changes, problems } = (await lab.apply(isOffered(false))).elm;
  expect(changes.join() === 'films: devices, type' && problems.length === 1, `without marker it changed ${changes}`);
  expect((await isShared()) === 'receiveonly false', `without marker it is ${await isShared()}`);
  expect(names(lab.elm, 'films').join() === 'film', `elm has ${names(lab.elm, 'films')}`);
}

/** An empty disk in place of a full one, that of the index or another: nothing is deleted elsewhere, and all comes back. @param {Lab} lab */
export async function emptyDisk(lab) {
  await lab.apply();
  for (const share of ['photos', 'films']) write(lab.oak, share, 'kept', 'kept');
  await Promise.all([lab.converge('photos'), lab.converge('films')]);
  for (const [disk, share] of Object.entries({ archive: 'films', data: 'photos' })) {
    // The unit is bound to the disk of the index.
    if (disk === 'data') await lab.elm.stop();
    lab.elm.pull(disk);
    lab.elm.plug(disk);
    if (disk === 'data') await lab.elm.start();
    await stopped(lab.elm, share);
    await lab.oak.scan();
    expect(names(lab.oak, share).join() === 'kept', `oak has ${names(lab.oak, share)} after ${disk} was replaced`);
    const { elm } = await lab.apply();
    expect(/begins anew/.test(elm.changes.join()), `it changed ${elm.changes}`);
    expect(nothing((await lab.apply()).elm), 'a second run changes something');
    await lab.converge(share);
    expect(names(lab.elm, share).join() === 'kept', `elm has ${names(lab.elm, share)}`);
    expect(names(lab.oak, share).join() === 'kept', `oak has ${names(lab.oak, share)}`);
  }
}

/** A marker of a disk that cannot be read is told, and is not that of another disk. @param {Lab} lab */
export async function unreadable(lab) {
  await lab.apply();
  write(lab.oak, 'films', 'kept', 'kept');
  await lab.converge('films');
  const disk = join(lab.elm.disks, 'archive/.homecloud-disk');
  const before = await lab.elm.api('config/folders/homecloud-films');
  for (const damage of [
    () => writeFileSync(disk, ''),
    () => writeFileSync(disk, '[]'),
    // As a disk with errors, it answers otherwise than by a text.
    () => {
      rmSync(disk);
      mkdirSync(disk);
    },
  ]) {
    damage();
    const { elm } = await lab.apply();
    expect(elm.changes.length === 0, `it changed ${elm.changes}`);
    expect(/^films: .*homecloud-disk.* left as they are/.test(elm.problems.join()), `problems: ${elm.problems}`);
    const after = await lab.elm.api('config/folders/homecloud-films');
    expect(JSON.stringify(after) === JSON.stringify(before), 'the folder is another');
    expect(existsSync(lab.elm.path('films', before.markerName)), 'its marker is gone');
  }
}

/** The disks of the indexes are swapped between the boards: no file of their other disks is taken for deleted. @param {Lab} lab */
export async function swapped(lab) {
  const { oak, elm, phone } = lab;
  const change = ({ boards, shares }) => {
    boards[0].disks = boards[1].disks.map((disk) => ({ ...disk, device: disk.device.replace('elm', 'oak') }));
    Object.assign(shares[1], { on: ['oak/archive', 'elm/archive'], sync: {} });
  };
  const film = (board, name) => join(board.disks, 'archive/shares/films', name);
  oak.plug('archive');
  await lab.apply(change);
  writeFileSync(film(oak, 'both'), 'both');
  await until('elm has the film', async () => {
    await Promise.all([oak.scan(), elm.scan()]);
    expect(existsSync(film(elm, 'both')), 'it has not come');
  });
  await elm.stop();
  // The phone has a film of oak that elm has not.
  await phone.start();
  const boards = [oak, elm];
  for (const { id, address } of boards)
    await phone.api('config/devices', 'POST', { deviceID: id, addresses: [`tcp://${address}:22000`] });
  const onPhone = join(phone.folder, 'films');
  const devices = boards.map(({ id }) => ({ deviceID: id }));
  await phone.api('config/folders', 'POST', { id: 'homecloud-films', path: onPhone, devices });
  writeFileSync(film(oak, 'only-oak'), 'only-oak');
  await until('the phone has the other film', async () => {
    await oak.scan();
    expect(existsSync(join(onPhone, 'only-oak')), 'it has not come');
  });
  await oak.stop();
  const disks = [oak, elm].map((board) => join(board.disks, 'data'));
  renameSync(disks[0], `${disks[0]}-drawer`);
  renameSync(disks[1], disks[0]);
  renameSync(`${disks[0]}-drawer`, disks[1]);
  await elm.start();
  await until('elm has the other film', async () => {
    await elm.scan();
    expect(existsSync(join(onPhone, 'only-oak')), 'the phone has lost it');
    expect(existsSync(film(elm, 'only-oak')), 'it has not come');
  });
  await oak.start();
  await until('oak has both films', async () => {
    await Promise.all([oak.scan(), elm.scan()]);
    const { state, needTotalItems, globalFiles } = await oak.status('films');
    expect(state === 'idle' && needTotalItems === 0 && globalFiles === 2, `oak is ${state}, of ${globalFiles} films`);
  });
  for (const folder of [film(oak, ''), film(elm, ''), onPhone]) {
    for (const name of ['both', 'only-oak']) expect(existsSync(join(folder, name)), `${folder} has lost ${name}`);
  }
  for (const board of [oak, elm]) {
    const indexes = readdirSync(join(board.disks, 'data')).filter((name) => name.startsWith('.syncthing'));
    expect(indexes.sort().join() === '.syncthing,.syncthing.of-another-1', `${board.name} has ${indexes}`);
  }
  // One that is its own is kept.
  await oak.stop();
  await oak.start();
  const again = readdirSync(join(oak.disks, 'data')).filter((name) => name.startsWith('.syncthing'));
  expect(again.length === 2, `after a restart oak has ${again}`);
}

/** A share moves to another disk of a board, and what was on the old one stays there. @param {Lab} lab */
export async function moves(lab) {
  await lab.apply();
  write(lab.elm, 'photos', 'kept', 'kept');
  await lab.converge('photos');
  const { elm } = await lab.apply(({ shares }) => {
    shares[0].on = ['oak/data', 'elm/archive'];
  });
  expect(/begins anew/.test(elm.changes.join()), `it changed ${elm.changes}`);
  await lab.converge('photos');
  const moved = join(lab.elm.disks, 'archive/shares/photos/kept');
  await until('the share comes to the other disk', () => expect(existsSync(moved), `there is no ${moved}`));
  expect(names(lab.oak, 'photos').join() === 'kept' && names(lab.elm, 'photos').join() === 'kept', 'a file is lost');
}

/** Data that is there before the share is: each file is kept, on both boards. @param {Lab} lab */
export async function adopts(lab) {
  for (const board of [lab.oak, lab.elm]) {
    write(board, 'photos', 'both', 'the same');
    write(board, 'photos', `only-${board.name}`, board.name);
    write(board, 'photos', 'differs', board.name);
  }
  await lab.apply();
  await lab.converge('photos');
  for (const board of [lab.oak, lab.elm]) {
    const found = names(board, 'photos').map((name) => name.replace(/\.sync-conflict.*/, ' (conflict)'));
    expect(
      found.join() === 'both,differs,differs (conflict),only-elm,only-oak',
      `${board.name} has ${names(board, 'photos')}`,
    );
  }
}

/** Files that were adopted with another owner are told by verify, with what gives them to the right one. @param {Lab} lab */
export async function foreign(lab) {
  await lab.apply();
  const { oak } = lab;
  write(oak, 'photos', 'own', 'own');
  mkdirSync(oak.path('photos', "of alice's/deep"), { recursive: true });
  writeFileSync(oak.path('photos', "of alice's/deep/photo"), 'photo');
  chmodSync(oak.path('photos', "of alice's"), 0o755);
  const told = async () => (await oak.verify()).filter((line) => line.includes('files of'));
  expect((await told()).join() === 'wrong files of photos', `verify is told ${await told()}`);
  const [, commands] = /(sudo chown .*)$/m.exec(await oak.verifyText());
  await succeed('bash', ['-ec', commands.replaceAll('sudo ', '').replaceAll('dnas:dnas', '1010:1010')]);
  expect((await told()).length === 0, `after the commands verify is told ${await told()}`);
  const { uid, mode } = statSync(oak.path('photos', "of alice's"));
  expect(uid === 1010 && (mode & 0o7777) === 0o2775, `the folder is of ${uid}, with mode ${mode.toString(8)}`);
}

/** A link that somebody put where the role writes is replaced or refused, and what it leads to stays. @param {Lab} lab */
export async function links(lab) {
  const target = join(lab.oak.folder, 'of-the-board');
  writeFileSync(target, 'untouched');
  mkdirSync(lab.oak.path('photos'), { recursive: true });
  symlinkSync(target, lab.oak.path('photos', '.stignore'));
  symlinkSync(target, lab.oak.path('photos', '.syncthing..stignore.tmp'));
  await lab.apply();
  expect(readFileSync(target, 'utf8') === 'untouched', 'it wrote through a link');
  expect(lstatSync(lab.oak.path('photos', '.stignore')).isFile(), 'the link is still there');
  // To a folder of the board, in the place of the one of all shares.
  const folder = join(lab.oak.folder, 'folder-of-the-board');
  mkdirSync(folder);
  chownSync(folder, 0, 0);
  chmodSync(folder, 0o755);
  rmSync(join(lab.elm.disks, 'data/shares'), { recursive: true, force: true });
  symlinkSync(folder, join(lab.elm.disks, 'data/shares'));
  const photos = (await lab.elm.api('config/folders')).find(({ label }) => label === 'photos');
  await lab.elm.api(`config/folders/${photos.id}`, 'DELETE');
  const { elm } = await lab.apply();
  expect(/^photos: .*Permission denied/.test(elm.problems.join()), `through the link it did ${JSON.stringify(elm)}`);
  const { uid, mode } = statSync(folder);
  expect(readdirSync(folder).length === 0 && uid === 0 && (mode & 0o7777) === 0o755, 'it wrote through a link');
  // In the place of the index.
  await lab.elm.stop();
  rmSync(join(lab.elm.disks, 'data/.syncthing'), { recursive: true });
  symlinkSync(folder, join(lab.elm.disks, 'data/.syncthing'));
  await lab.elm.prepare().catch(() => {});
  expect(
    statSync(folder).uid === 0 && (statSync(folder).mode & 0o7777) === 0o755,
    'the folder of the board was given away',
  );
}

/** A board leaves a share, then a share the home: nothing is synced any more, and every file stays. @param {Lab} lab */
export async function leaves(lab) {
  await lab.apply();
  for (const share of ['photos', 'films']) write(lab.oak, share, 'kept', 'kept');
  await Promise.all([lab.converge('photos'), lab.converge('films')]);
  const alone = ({ shares }) => {
    for (const share of shares) share.on = ['oak/data'];
  };
  const { changes } = await lab.oak.apply(await lab.wanted(lab.oak, alone));
  expect(changes.join('; ').includes(`device elm (${lab.elm.id.slice(0, 7)}): removed`), `it changed ${changes}`);
  expect(changes.join('; ').includes('films: no longer synced; its files stay'), `it changed ${changes}`);
  const { connections } = await lab.oak.api('system/connections');
  expect(!(lab.elm.id in connections), 'the peer is still there');
  write(lab.oak, 'photos', 'secret', 'secret');
  await lab.oak.scan();
  await until('the peer is disconnected', async () => {
    const state = (await lab.elm.api('system/connections')).connections[lab.oak.id];
    expect(!state.connected, 'elm is still connected');
  });
  expect(names(lab.elm, 'photos').join() === 'kept', `elm has ${names(lab.elm, 'photos')}`);
  for (const name of ['.stfolder', 'kept']) {
    expect(existsSync(lab.oak.path('films', name)) === (name === 'kept'), `${name} is not as it should be`);
  }
  const left = readdirSync(lab.oak.path('films')).filter((name) => name.startsWith('.stfolder'));
  expect(left.length === 0, `it left ${left}`);
  // And back.
  await lab.apply();
  await lab.converge('photos');
  await arrives(lab.elm, 'photos', 'secret', 'secret');
}

/** What a person added on the page of a board is told and kept, or removed, as the config says. @param {Lab} lab */
export async function byHand(lab) {
  await lab.apply();
  const own = join(lab.oak.folder, 'own');
  mkdirSync(own);
  writeFileSync(join(own, 'file'), 'mine');
  await lab.oak.api('config/folders', 'POST', { id: 'own', label: 'Own', path: own });
  await lab.oak.api('config/devices', 'POST', { deviceID: lab.cabin.id, name: 'friend' });
  const photos = await lab.oak.api('config/folders/homecloud-photos');
  photos.devices.push({ deviceID: lab.cabin.id, introducedBy: '', encryptionPassword: '' });
  await lab.oak.api('config/folders/homecloud-photos', 'PUT', photos);

  const friend = `friend (${lab.cabin.id.slice(0, 7)})`;
  const all = [`the folder Own at ${own}`, `photos is shared with ${friend}`, `the device ${friend}`].join('; ');
  for (const unknown of ['report', 'keep']) {
    const { oak } = await lab.apply((config) => {
      config.syncthing.unknown = unknown;
    });
    expect(nothing(oak), `${unknown} changes ${oak.changes}`);
    expect(oak.unknown.join('; ') === all, `${unknown} tells ${oak.unknown.join('; ')}`);
  }
  const { oak } = await lab.apply((config) => {
    config.syncthing.unknown = 'remove';
  });
  expect(oak.changes.length === 3, `remove changes ${oak.changes}`);
  const after = await lab.oak.api('config');
  expect(!after.folders.some(({ id }) => id === 'own'), 'the folder is still there');
  expect(!after.devices.some(({ deviceID }) => deviceID === lab.cabin.id), 'the device is still there');
  expect(readFileSync(join(own, 'file'), 'utf8') === 'mine', 'its file is gone');
}

/**
 * Names that look alike: those that differ by case are two files everywhere. An `é` in two parts, as Macs write it over
 * NFS, is renamed to the one in one part; beside that it stays on its board, and is told.
 * @param {Lab} lab
 */
export async function alike(lab) {
  await lab.apply();
  const { oak, elm } = lab;
  const [composed, decomposed] = ['caf\u00e9', 'cafe\u0301'];
  write(oak, 'photos', decomposed, 'of a Mac');
  write(oak, 'photos', 'Letter', 'large');
  await lab.converge('photos');
  for (const board of [oak, elm]) {
    const found = names(board, 'photos').join();
    expect(found === `Letter,${composed}`, `${board.name} has ${JSON.stringify(found)}`);
    expect(readFileSync(board.path('photos', composed), 'utf8') === 'of a Mac', `${composed} has another text`);
  }
  write(oak, 'photos', 'letter', 'small');
  await lab.converge('photos');
  write(elm, 'photos', 'letter', 'small, changed');
  await lab.converge('photos');
  for (const board of [oak, elm]) {
    for (const [name, text] of Object.entries({ Letter: 'large', letter: 'small, changed' })) {
      const found = readFileSync(board.path('photos', name), 'utf8');
      expect(found === text, `${name} of ${board.name} has the text ${found}`);
    }
  }
  write(oak, 'photos', decomposed, 'another of a Mac');
  await until('the second spelling is refused', async () => {
    await oak.scan();
    const { errors } = await oak.api('folder/errors?folder=homecloud-photos');
    expect(errors?.length === 1 && errors[0].path === decomposed, `errors: ${JSON.stringify(errors)}`);
  });
  expect((await oak.verify()).join().includes('wrong sync of photos'), `verify is told ${await oak.verify()}`);
  expect(readFileSync(oak.path('photos', composed), 'utf8') === 'of a Mac', 'the first spelling has another text');
  expect(names(elm, 'photos').length === 3, `elm has ${names(elm, 'photos')}`);
}

/** A folder that somebody added with the files of a share is told, and its going does not stop the share. @param {Lab} lab */
export async function twice(lab) {
  const { oak } = lab;
  const add = (path) => oak.api('config/folders', 'POST', { id: 'own', label: 'Own', path });
  const isGoing = (config) => {
    config.syncthing.unknown = 'remove';
  };
  mkdirSync(oak.path('photos'), { recursive: true });
  for (const path of [oak.path('photos'), join(oak.disks, 'data')]) {
    await add(path);
    const { problems } = (await lab.apply()).oak;
    expect(problems.length > 0 && problems[0].includes(`Own at ${path}, which has files of`), `problems: ${problems}`);
    const folders = await oak.api('config/folders');
    expect(!folders.some(({ label }) => label === 'photos'), 'the same files are in two folders');
    await oak.api('config/folders/own', 'DELETE');
  }
  await add(oak.path('photos'));
  const first = (await lab.apply(isGoing)).oak;
  expect(first.problems.length === 0 && /Own: nobody declared/.test(first.changes.join()), JSON.stringify(first));
  write(oak, 'photos', 'kept', 'kept');
  await lab.converge('photos');
  // Beside a share that is synced already.
  await add(oak.path('photos'));
  expect((await lab.apply()).oak.problems.length === 1, 'it is not told');
  const second = (await lab.apply(isGoing)).oak;
  expect(second.problems.length === 0, `problems: ${second.problems}`);
  write(oak, 'photos', 'later', 'later');
  await lab.converge('photos');
  await arrives(lab.elm, 'photos', 'later', 'later');
}

/** A peer elsewhere has all files, and can read none; nor their names. @param {Lab} lab */
export async function encrypted(lab) {
  const { withCabin } = lab.constructor;
  // Without a password it would have them in the clear.
  const { problems } = await lab.oak.apply({ ...(await lab.wanted(lab.oak, withCabin)), offsite_password: '' });
  const offered = (await lab.oak.api('config/folders/homecloud-photos')).devices.map(({ deviceID }) => deviceID);
  expect(/^photos: there is no password for cabin/.test(problems.join()), `problems: ${problems}`);
  expect(offered.length > 0 && !offered.includes(lab.cabin.id), 'the peer elsewhere is given what is not encrypted');
  await lab.apply(withCabin);
  write(lab.oak, 'photos', 'secret-name', 'secret text '.repeat(100));
  await lab.converge('photos');
  const { cabin } = lab;
  await cabin.start();
  for (const board of [lab.oak, lab.elm])
    await cabin.api('config/devices', 'POST', { deviceID: board.id, addresses: [`tcp://${board.address}:22000`] });
  const vault = join(cabin.folder, 'vault');
  const devices = [lab.oak.id, lab.elm.id].map((deviceID) => ({ deviceID }));
  const folder = { id: 'homecloud-photos', path: vault, type: 'receiveencrypted', devices };
  await cabin.api('config/folders', 'POST', folder);
  const files = () =>
    readdirSync(vault, { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isFile() && !entry.parentPath.includes('.stfolder') && !entry.name.startsWith('.'),
    );
  await until('the peer elsewhere has the share', async () => {
    const { state, needTotalItems, globalFiles } = await cabin.status('photos');
    expect(state === 'idle' && needTotalItems === 0 && globalFiles === 1, `${state} ${needTotalItems} ${globalFiles}`);
    expect(
      files().some(({ name }) => !name.includes('token')),
      'nothing has come',
    );
  });
  for (const { parentPath, name } of files()) {
    const place = join(parentPath, name);
    expect(!place.includes('secret-name'), `a name is clear: ${place}`);
    expect(!readFileSync(place).includes('secret text'), `a text is clear: ${place}`);
  }
  expect(nothing((await lab.apply(withCabin)).oak), 'a second run changes something');
}

/** A run that is killed at any moment is made good by the next, and nothing of it looks as if added by hand. @param {Lab} lab */
export async function killed(lab) {
  const wanted = await lab.wanted(lab.oak);
  const all = (await lab.oak.apply(wanted, '--check')).changes.length;
  // Each run makes one change, then loses Syncthing.
  for (let left = all; left > 1; left -= 1) {
    const { url, close } = await failsAfter(lab.oak, 1);
    const failure = await lab.oak.apply({ ...wanted, api: url }).then(
      () => undefined,
      (error) => error,
    );
    close();
    expect(failure !== undefined, `it did not stop with ${left} changes left`);
  }
  const done = await lab.oak.apply(wanted);
  expect(done.unknown.length === 0, `it takes for added by hand: ${done.unknown}`);
  expect(nothing(await lab.oak.apply(wanted)), 'a run after it changes something');
}

/** A way to the API that breaks after so many changes. */
async function failsAfter(board, count) {
  const { createServer, request } = await import('node:http');
  let left = count;
  const server = createServer((incoming, outgoing) => {
    if (incoming.method !== 'GET' && left === 0) return void incoming.socket.destroy();
    if (incoming.method !== 'GET') left -= 1;
    const onward = request(
      `http://${board.address}:8384${incoming.url}`,
      { method: incoming.method, headers: { ...incoming.headers, host: `${board.address}:8384` } },
      (answer) => {
        outgoing.writeHead(answer.statusCode, answer.headers);
        answer.pipe(outgoing);
      },
    );
    incoming.pipe(onward);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

/** A board goes from version 1 to 2: its mesh stays as it is. @param {Lab} lab; @param {string} two program of version 2 */
export async function upgrades(lab, two) {
  await lab.apply();
  write(lab.oak, 'photos', 'before', 'before');
  await lab.converge('photos');
  await lab.elm.stop();
  await lab.elm.start(two);
  const { elm } = await lab.apply();
  expect(nothing(elm), `after the upgrade it changes ${JSON.stringify(elm)}`);
  write(lab.elm, 'photos', 'after', 'after');
  renameSync(lab.oak.path('photos', 'before'), lab.oak.path('photos', 'renamed'));
  await lab.converge('photos');
  for (const board of [lab.oak, lab.elm])
    expect(names(board, 'photos').join() === 'after,renamed', `${board.name} has ${names(board, 'photos')}`);
}

/** Waits until a folder is stopped. */
function stopped(board, share) {
  return until(`${share} stops on ${board.name}`, async () => {
    await board.scan();
    const { state, error } = await board.status(share);
    expect(state === 'error' && /marker missing|path missing/.test(error), `${share} is ${state}: ${error}`);
  });
}
