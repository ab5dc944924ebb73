// Disks that go and come: nothing of an absent disk is served or written, the others go on, and all returns by itself.
import { readFileSync } from 'node:fs';
import { same } from '../tools/secret-home.mjs';
import { sleep } from '../tools/sleep.mjs';
import { refused } from './clients.mjs';
import { until } from './until.mjs';

/** @typedef {import('./small-home.mjs').SmallHome} SmallHome */

/** How often each container was started again. */
const restarts = ({ pod }) => [...pod.containers.values()].map(({ name, restarts }) => `${name} ${restarts}`);

/** The server answers, and refuses the share. */
const isOfTheShare = /NT_STATUS_(?!CONNECTION)/;

const shown = (seconds) => `${seconds.toFixed(1)} s`;

/** @param {SmallHome} home */
export async function oneDiskPulled(home) {
  const { oak } = home;
  const [alice, nfs] = [home.smb('photos', 'alice'), home.nfs()];
  const films = home.smb('films', 'alice');
  await alice.write('before', 'kept');
  await until('NFS serves', async () => (await nfs.do('read', '/photos/before')) === 'kept');
  await films.write('film', 'moving');

  const before = restarts(oak);
  // Somebody who has the share open, and looks again when the disk is away.
  const opened = alice.twice('ls', 8);
  await sleep(2);
  await oak.pull('data');
  const gone = await until('SMB refuses the share', () =>
    alice.names().then(
      () => 'listed',
      ({ message }) => (/CONNECTION/.test(message) ? message : true),
    ),
  );
  const goneNfs = await until('NFS refuses the export', () =>
    nfs.do('ls', '/photos').then(
      (names) => `listed ${names}`,
      ({ message }) => /NOENT|STALE|IO/.test(message),
    ),
  );
  await refused('a write while it is away', alice.write('lost', 'x'), isOfTheShare);
  await refused('a look into an open share', opened, isOfTheShare);
  same('the other share', await films.read('film'), 'moving');
  await until('the other export', async () => (await nfs.do('read', '/films/film')) === 'moving');
  same('restarts of containers', restarts(oak), before);
  same('what was written below the mount point', await oak.underneath('data'), '');

  await oak.plug('data');
  const back = await until('SMB serves it again', async () => (await alice.read('before')) === 'kept');
  const backNfs = await until('NFS serves it again', async () => (await nfs.do('read', '/photos/before')) === 'kept');
  nfs.end();
  return `refused after ${shown(gone)} by SMB, ${shown(goneNfs)} by NFS; back after ${shown(back)}, ${shown(backNfs)}`;
}

/** Faster than the servers look: they must not go on with the dead one. @param {SmallHome} home */
export async function pulledAndPluggedAtOnce(home) {
  const { oak } = home;
  const nfs = home.nfs();
  await until('NFS serves', async () => Array.isArray(await nfs.do('ls', '/photos')));
  await oak.pull('data');
  await oak.plug('data');
  await until('SMB writes to the new one', async () => {
    await home.smb('photos', 'alice').write('after-smb', 'new');
    return readFileSync(oak.share('data', 'photos', 'after-smb'), 'utf8') === 'new';
  });
  await until('NFS writes to the new one', async () => {
    await nfs.do('write', '/photos/after-nfs', 'new');
    return readFileSync(oak.share('data', 'photos', 'after-nfs'), 'utf8') === 'new';
  });
  nfs.end();
}

/** @param {SmallHome} home */
export async function allDisksAway(home) {
  const { oak } = home;
  const before = restarts(oak);
  for (const disk of ['data', 'more']) await oak.pull(disk);
  await oak.until(false);
  for (const share of ['photos', 'films']) await refused(share, home.smb(share, 'alice').names(), isOfTheShare);
  same('what was written', (await oak.underneath('data')) + (await oak.underneath('more')), '');
  // Longer than the probes of life take to give up.
  await sleep(70);
  same('restarts of containers that wait', restarts(oak), before);
  for (const disk of ['data', 'more']) await oak.plug(disk);
  await oak.until(true);
}

/** A disk that is not of the home, and could be written to, in the place of one. @param {SmallHome} home */
export async function anotherDisk(home) {
  const { oak } = home;
  await oak.pull('data');
  await oak.plugOther('data');
  const nfs = home.nfs();
  await until('NFS refuses the export', () =>
    nfs.do('ls', '/photos').then(
      (names) => `listed ${names}`,
      ({ message }) => /NOENT|STALE|IO/.test(message),
    ),
  );
  nfs.end();
  const alice = home.smb('photos', 'alice');
  await refused('SMB', alice.names(), isOfTheShare);
  await refused('a write', alice.write('lost', 'x'), isOfTheShare);
  same('the other share', Array.isArray(await home.smb('films', 'alice').names()), true);
  same('what is on the other disk', (await oak.underneath('data')).trim(), oak.path('data', 'lost+found'));
  await oak.pullOther('data');
  await oak.plug('data');
  await until('the right one is served', async () => Array.isArray(await alice.names()));
}

/** A pod that starts while a disk is away serves the other one. @param {SmallHome} home */
export async function startedWithoutADisk(home) {
  const { oak } = home;
  await oak.pull('data');
  await oak.stopPod();
  await oak.startPod();
  await oak.until(true);
  same('the share that is there', Array.isArray(await home.smb('films', 'alice').names()), true);
  await refused('the share that is away', home.smb('photos', 'alice').names(), isOfTheShare);
  same('what was written', await oak.underneath('data'), '');
  await oak.plug('data');
  await until('it is served', async () => Array.isArray(await home.smb('photos', 'alice').names()));
}
