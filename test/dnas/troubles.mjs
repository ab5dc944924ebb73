// What happens to a home while people write at both boards: disks that go, servers that die, a cable that is out, a disk
// that is full. Whatever was acknowledged is there in the end, on both boards; no deletion spreads; all returns by itself.
import { rmSync } from 'node:fs';
import { same } from '../tools/secret-home.mjs';
import { sleep } from '../tools/sleep.mjs';
import { Refused, refused } from './clients.mjs';
import { runAsOwner } from './file-server.mjs';
import { texts } from './mesh-lab.mjs';
import { until } from './until.mjs';

/** @typedef {import('./two-boards.mjs').TwoBoards} TwoBoards */

/** Somebody who writes a file after the other, and knows which were acknowledged. */
class Writer {
  /** Texts that were acknowledged, by name. @type {Map<string, string>} */
  acknowledged = new Map();
  refused = 0;
  #isWanted = true;
  #work;

  /** @param {string} name @param {(name: string, text: string) => Promise<unknown>} write */
  constructor(name, write) {
    this.#work = this.#run(name, write);
  }

  async #run(writer, write) {
    for (let index = 0; this.#isWanted; index += 1) {
      const [name, text] = [`${writer}-${index}`, `${index} `.repeat(1 + ((index * 997) % 3000))];
      try {
        await write(name, text);
        this.acknowledged.set(name, text);
      } catch (error) {
        if (!(error instanceof Refused) && !/has ended/.test(error.message)) throw error;
        this.refused += 1;
        await sleep(0.2);
      }
    }
  }

  async stop() {
    this.#isWanted = false;
    await this.#work;
  }
}

/** Starts a writer by SMB at the first board, and one by NFS at the second. @param {TwoBoards} home */
function startWriters(home, what) {
  const alice = home.smb('oak', 'photos');
  let nfs = home.nfs('elm');
  return [
    new Writer(`${what}-smb`, (name, text) => alice.write(name, text)),
    new Writer(`${what}-nfs`, async (name, text) => {
      try {
        await nfs.do('write', `/photos/${name}`, text);
      } catch (error) {
        // A session ends with its server.
        nfs.end();
        nfs = home.nfs('elm');
        throw error;
      }
    }),
  ];
}

/** All that was acknowledged is on both boards. @param {TwoBoards} home @param {readonly Writer[]} writers */
async function expectAll({ mesh }, writers, before) {
  await mesh.converge('photos');
  for (const board of [mesh.oak, mesh.elm]) {
    const found = texts(board.path('photos'));
    const wanted = [...before, ...writers.flatMap(({ acknowledged }) => [...acknowledged])];
    const lost = wanted.filter(([name, text]) => found.get(name) !== text).map(([name]) => name);
    same(`what ${board.name} has lost of ${wanted.length} files`, lost, []);
  }
}

const counted = (writers) =>
  writers.map(({ acknowledged, refused }) => `${acknowledged.size} written, ${refused} refused`).join('; ');

/** Runs something while people write. @param {TwoBoards} home @param {(writers: readonly Writer[]) => Promise<void>} trouble */
async function whileWriting(home, what, trouble) {
  const before = texts(home.mesh.oak.path('photos'));
  const writers = startWriters(home, what);
  try {
    await until('both write', () => writers.every(({ acknowledged }) => acknowledged.size > 0));
    await trouble(writers);
    await sleep(2);
  } finally {
    for (const writer of writers) await writer.stop();
  }
  await expectAll(home, writers, before);
  return counted(writers);
}

/** @param {TwoBoards} home */
export const diskPulled = (home) =>
  whileWriting(home, 'pulled', async ([smb]) => {
    const { oak, mesh } = home;
    // What was not yet on the disk goes with it: whoever writes pauses, and the others go on.
    await smb.stop();
    await home.pull('oak');
    const kept = texts(mesh.elm.path('photos'));
    const alice = home.smb('oak', 'photos');
    await refused('a write while the disk is away', alice.write('lost', 'x'), /NT_STATUS/);
    // An empty disk in its place is not taken for an emptied one.
    await oak.plugOther('data');
    await refused('a write to another disk', alice.write('lost', 'x'), /NT_STATUS/);
    await sleep(8);
    same('what is on the other disk', (await oak.underneath('data')).trim(), oak.path('data', 'lost+found'));
    await oak.pullOther('data');
    same('what was written below the mount point', await oak.underneath('data'), '');
    const still = texts(mesh.elm.path('photos'));
    same(
      'what the other board lost meanwhile',
      [...kept.keys()].filter((name) => !still.has(name)),
      [],
    );
    await home.plug('oak');
    await until('SMB serves again', async () => (await alice.write('pulled-after', 'x')) === undefined);
  });

/** @param {TwoBoards} home */
export const serversKilled = (home) =>
  whileWriting(home, 'killed', async () => {
    const { oak, elm, mesh } = home;
    await oak.pod.container('samba').crash('smbd');
    await elm.pod.container('nfs').crash('ganesha.nfsd');
    for (const board of [mesh.oak, mesh.elm]) {
      await board.stop('SIGKILL');
      await board.start();
    }
    await Promise.all([oak.until(true), elm.until(true)]);
  });

/** @param {TwoBoards} home */
export const cableOut = (home) =>
  whileWriting(home, 'cut', async () => {
    const { mesh } = home;
    // The same file is written at both sides: neither may vanish.
    await home.cable('elm', 'down');
    try {
      await home.smb('oak', 'photos').write('both', 'of oak');
      // Its own people cannot reach the board either; a program on it can.
      await home.local('elm', 'photos', 'both', 'of elm');
      await sleep(15);
    } finally {
      await home.cable('elm', 'up');
    }
    const found = (board) => [...texts(board.path('photos'))].filter(([name]) => name.startsWith('both'));
    await until(
      'both texts are on both boards',
      () => {
        for (const board of [mesh.oak, mesh.elm]) {
          const all = found(board).map(([, text]) => text);
          if (!all.includes('of oak') || !all.includes('of elm')) return `${board.name} has ${all}`;
        }
        return true;
      },
      120,
    );
    for (const [name] of found(mesh.oak)) rmSync(mesh.oak.path('photos', name));
  });

/** @param {TwoBoards} home */
export async function diskFull(home) {
  const { oak, mesh } = home;
  const [alice, nfs] = [home.smb('oak', 'films'), home.nfs('oak')];
  await alice.write('kept', 'a film');
  await mesh.converge('films');
  const before = texts(mesh.oak.path('films'));
  const ballast = oak.path('data', 'ballast');
  // All that the owner of the files may have. What the file system keeps back while it writes is there after a sync.
  const fill = 'for size in 1M 64k 4k; do dd if=/dev/zero bs=$size >> "$0"; sync "$0"; done';
  await runAsOwner(fill, [ballast]);
  try {
    await refused('a write by SMB', alice.write('large', 'x'.repeat(4_000_000)), /NT_STATUS_DISK_FULL/);
    await until('NFS serves', async () => Array.isArray(await nfs.do('ls', '/films')));
    await refused('a write by NFS', nfs.do('write', '/films/large-too', 'x'.repeat(900_000)), /NOSPC/);
    // What the other board has does not fit, and nothing goes because of it.
    await home.local('elm', 'films', 'long film', 'f'.repeat(5_000_000));
    await sleep(10);
    for (const board of [mesh.oak, mesh.elm]) {
      const found = texts(board.path('films'));
      same(
        `films of ${board.name}`,
        [...before.keys()].filter((name) => found.get(name) !== before.get(name)),
        [],
      );
    }
    same('the long film stays where it was', texts(mesh.elm.path('films')).get('long film')?.length, 5_000_000);
  } finally {
    rmSync(ballast);
    nfs.end();
  }
  await until(
    'the long film arrives',
    () => {
      const found = texts(mesh.oak.path('films')).get('long film')?.length;
      return found === 5_000_000 || found;
    },
    300,
  );
  // Syncthing 1 ends when its index cannot be written, and the unit starts it again (panic in lib/db of v1.30.0).
  await mesh.converge('films');
  const failures = mesh.oak.failures.splice(0);
  return `Syncthing failed ${failures.length} times`;
}

/** A person who is taken out of the config. @param {TwoBoards} home */
export async function personRemoved(home) {
  const { oak } = home;
  same('before', Array.isArray(await home.smb('oak', 'photos', 'bob').names()), true);
  await home.dnas.change((config) => ({
    ...config,
    shares: config.shares.map((share) => ({ ...share, people: share.people.filter((name) => name !== 'bob') })),
    people: config.people.filter(({ name }) => name !== 'bob'),
  }));
  await oak.stopPod();
  await oak.startPod();
  await oak.until(true);
  const denied = /ACCESS_DENIED|LOGON_FAILURE/;
  await refused('bob, with the right password', home.smb('oak', 'photos', 'bob').names(), denied);
  same('alice', Array.isArray(await home.smb('oak', 'photos').names()), true);
  const { spec } = oak.pod;
  const keys = spec.volumes.flatMap(({ secret }) => secret?.items ?? []).map(({ key }) => key);
  same('passwords that the pod gets', keys.sort(), ['_nextcloud', 'alice']);
  same('his name in the pod', `${oak.pod.config['smb.conf']}${oak.pod.config.passwd}`.includes('bob'), false);
}
