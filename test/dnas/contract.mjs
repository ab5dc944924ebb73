// One folder behind three doors: what comes by one is the same by the others, and belongs to the one owner.
import { spawnSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { run, succeed } from '../tools/process.mjs';
import { matches, same } from '../tools/secret-home.mjs';
import { owner, runAsOwner } from './file-server.mjs';
import { until } from './until.mjs';

/** @typedef {import('./small-home.mjs').SmallHome} SmallHome */

/** A share of all protocols, and what Syncthing does there: it writes as the owner of the files, with its umask. */
class Doors {
  constructor(home) {
    this.folder = home.oak.share('data', 'photos');
    this.smb = home.smb('photos', 'alice');
    this.nfs = home.nfs();
  }

  local(name) {
    return join(this.folder, name);
  }

  /** As Syncthing, on the board itself. */
  async write(name, text) {
    await runAsOwner('cat > "$0"', [this.local(name)], { input: text });
  }
}

async function through(home, work) {
  const doors = new Doors(home);
  try {
    return await work(doors);
  } finally {
    doors.nfs.end();
  }
}

/** @param {SmallHome} home */
export const ownerAndModes = (home) =>
  through(home, async ({ smb, nfs, folder }) => {
    await smb.run('mkdir by-smb');
    await smb.write('by-smb/file', 'smb');
    await nfs.do('mkdir', '/photos/by-nfs');
    await nfs.do('write', '/photos/by-nfs/file', 'nfs');
    await smb.write('by-nfs/from-smb', 'both');
    await nfs.do('write', '/photos/by-smb/from-nfs', 'both');
    for (const name of ['by-smb', 'by-nfs']) {
      for (const path of [name, ...readdirSync(join(folder, name)).map((it) => join(name, it))]) {
        const { uid, gid, mode } = statSync(join(folder, path));
        same(`owner of ${path}`, [uid, gid], [owner, owner]);
        // Whoever comes by another door comes as the owner.
        same(`${path} is for its owner`, (mode & 0o600).toString(8), '600');
      }
    }
  });

/** @param {SmallHome} home */
export const seenAtOnce = (home) =>
  through(home, async (doors) => {
    const { smb, nfs } = doors;
    await smb.write('shared', 'one');
    same('SMB, seen by NFS', await nfs.do('read', '/photos/shared'), 'one');
    await nfs.do('write', '/photos/shared', 'two, by NFS');
    same('NFS, seen by SMB', await smb.read('shared'), 'two, by NFS');
    await doors.write('shared', 'three, by Syncthing');
    same('Syncthing, seen by SMB', await smb.read('shared'), 'three, by Syncthing');
    await eventually('Syncthing, seen by NFS', () => nfs.do('read', '/photos/shared'), 'three, by Syncthing');
    await smb.run('rename shared renamed');
    await eventually('a rename, seen by NFS', async () => (await nfs.do('ls', '/photos')).includes('renamed'), true);
    await nfs.do('rm', '/photos/renamed');
    same('a delete, seen by SMB', (await smb.names()).includes('renamed'), false);
  });

/** Within the time for which ganesha believes what it knows (`Attr_Expiration_Time`). */
function eventually(what, read, expected) {
  return until(what, async () => same(what, await read(), expected), 5);
}

const names = {
  'upper and lower case': ['Letter', 'letter'],
  'composed and decomposed': ['Caf\u00e9', 'Cafe\u0301'],
};

/** Names that are two for Linux are two for NFS; SMB opens one of them. @param {SmallHome} home */
export const namesThatLookAlike = (home) =>
  through(home, async ({ smb, nfs, folder }) => {
    for (const [what, [one, two]] of Object.entries(names)) {
      await nfs.do('mkdir', `/photos/${what}`);
      await nfs.do('write', `/photos/${what}/${one}`, 'one');
      await nfs.do('write', `/photos/${what}/${two}`, 'two');
      same(what, readdirSync(join(folder, what)).sort(), [one, two].sort());
      same(`${what}, by SMB`, (await smb.names(what)).length, 2);
    }
    await smb.write('case', 'x');
    await smb.run('rename case Case');
    same(
      'a rename that changes the case alone',
      readdirSync(folder).filter((name) => /^case$/i.test(name)),
      ['Case'],
    );
    await smb.write('caf\u00e9 by SMB', 'x');
    same('a name by SMB is as it was written', existsSync(join(folder, 'caf\u00e9 by SMB')), true);
  });

/** @param {SmallHome} home */
export const longAndOddNames = (home) =>
  through(home, async ({ smb, nfs, folder }) => {
    const long = 'n'.repeat(255);
    await nfs.do('write', `/photos/${long}`, 'long');
    same('a name of 255 bytes, by SMB', await smb.read(long), 'long');
    // Windows forbids them: catia shows them as other signs, and takes those for them again.
    const odd = 'what? "1:2" <a|b> *';
    await nfs.do('write', `/photos/${odd}`, 'odd');
    const shown = (await smb.names()).filter((name) => name.startsWith('what'));
    same('names that Windows forbids, seen by SMB', shown.length, 1);
    await smb.run(`rename "${shown[0]}" plain`);
    same('the file by NFS', await nfs.do('read', '/photos/plain'), 'odd');
    same('the old name', existsSync(join(folder, odd)), false);
  });

/** @param {SmallHome} home */
export const largeAndSparse = (home) =>
  through(home, async ({ smb, nfs, folder }) => {
    await nfs.do('write_zeros', '/photos/large', 64);
    same('its size', statSync(join(folder, 'large')).size, 64 * 2 ** 20);
    await succeed('truncate', ['--size=5G', join(folder, 'sparse')]);
    chownSync(join(folder, 'sparse'), owner, owner);
    same('a size of more than 32 bits, by NFS', (await nfs.do('stat', '/photos/sparse')).size, 5 * 2 ** 30);
    same('by SMB', /5368709120/.test(await smb.run('ls sparse')), true);
    await smb.run('del large; del sparse');
  });

/**
 * What programs keep beside a file stands in its extended attributes; resource forks of old Macs, which may be large, in
 * a file of their own. @param {SmallHome} home
 */
export const streams = (home) =>
  through(home, async ({ smb, folder, nfs }) => {
    await smb.write('photo.jpg', 'pixels');
    await smb.write('photo.jpg:notes', 'a note');
    await smb.write('photo.jpg:AFP_Resource', 'r'.repeat(9000));
    const list = 'import os, sys; print(os.listxattr(sys.argv[1]))';
    const attributes = (await succeed('python3', ['-c', list, join(folder, 'photo.jpg')])).stdout;
    same('a stream is an attribute', /user\.DosStream\.notes/.test(attributes), true);
    same('a resource fork is a file', existsSync(join(folder, '._photo.jpg')), true);
    const shown = (await smb.names()).filter((name) => name.endsWith('photo.jpg'));
    same('names of both', shown, ['._photo.jpg', 'photo.jpg']);
    await nfs.do('mv', '/photos/photo.jpg', '/photos/moved.jpg');
    same('the attribute moves with the file', await smb.read('moved.jpg:notes'), 'a note');
    await smb.run('rename moved.jpg again.jpg');
    same('and so it does by SMB', await smb.read('again.jpg:notes'), 'a note');
  });

/** A lock by NFS is one of the file: whatever locks it on the board sees it. @param {SmallHome} home */
export const locks = (home) =>
  through(home, async ({ smb, nfs, folder }) => {
    await smb.write('locked', 'x');
    const lock = 'import fcntl, sys; fcntl.lockf(open(sys.argv[1], "r+"), fcntl.LOCK_EX | fcntl.LOCK_NB)';
    const tries = () => run('python3', ['-c', lock, join(folder, 'locked')]);
    same('a lock before', (await tries()).code, 0);
    await nfs.do('lock', '/photos/locked');
    matches('a lock beside that of NFS', (await tries()).stderr, /BlockingIOError/);
  });

/** @param {SmallHome} home */
export const recycled = (home) =>
  through(home, async ({ smb, folder, nfs }) => {
    await smb.run('mkdir trip');
    await smb.write('trip/beach', 'sand');
    await smb.run('del trip\\beach');
    same('the deleted file', readFileSync(join(folder, '.recycle/trip/beach'), 'utf8'), 'sand');
    await smb.write('trip/beach', 'water');
    await smb.run('del trip\\beach');
    const kept = readdirSync(join(folder, '.recycle/trip')).length;
    same('of two of the same name', kept, 2);
    await nfs.do('write', '/photos/by-nfs-only', 'x');
    await nfs.do('rm', '/photos/by-nfs-only');
    same('what NFS deletes is gone', existsSync(join(folder, '.recycle/by-nfs-only')), false);
  });

/** What is old goes when somebody opens the share, and nothing else. @param {SmallHome} home */
export async function recycleBinEmptied(home) {
  const { oak } = home;
  const [folder, bin] = [oak.share('data', 'photos'), oak.share('data', 'photos', '.recycle')];
  const open = (days) => {
    const script = join(oak.pod.volumeFolder('config'), 'open-share.sh');
    const args = [script, oak.path('data', '.homecloud-disk'), folder, `${days}`];
    const { status, stderr } = spawnSync('sh', args, { uid: owner, gid: owner, encoding: 'utf8' });
    same('how the script ends', [status, stderr], [0, '']);
  };
  rmSync(bin, { recursive: true, force: true });
  for (const path of [bin, join(bin, 'deep')]) {
    mkdirSync(path);
    chownSync(path, owner, owner);
  }
  const file = join(bin, 'deep/file');
  writeFileSync(file, 'x');
  // Old itself, and deleted today.
  utimesSync(file, 0, 0);
  open(30);
  await until('it has looked', async () => existsSync(join(bin, '.emptied')));
  same('what was deleted today', existsSync(file), true);
  // The time of the last change of status cannot be set: less than no day stands for the days.
  open(-1);
  same('a second look on the same day', existsSync(file), true);
  utimesSync(join(bin, '.emptied'), 0, 0);
  open(-1);
  await until('what is old goes', async () => readdirSync(bin).join() === '.emptied');
}
