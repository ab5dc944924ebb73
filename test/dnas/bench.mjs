// `npm run bench:dnas`: how fast shares are, by our configuration and by that of Debian's packages on the same disk in the
// same run, how soon ten thousand photos are on the other board, and what memory that takes. It judges nothing.
//
//   node test/dnas/bench.mjs --rounds 1 --files 1000 --photos 300    a quick look
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeLab } from '../boards/lab.mjs';
import { tool } from '../tools/install.mjs';
import { succeed } from '../tools/process.mjs';
import { newFolder } from '../tools/scratch.mjs';
import { Nfs, Smb } from './clients.mjs';
import { owner } from './file-server.mjs';
import { Machine } from './machine.mjs';
import { plainShare, startPlainServers } from './plain-servers.mjs';
import { TwoBoards } from './two-boards.mjs';
import { until } from './until.mjs';

const {
  rounds,
  files: count,
  photos,
} = parseArgs({
  options: {
    /** How often each is measured, in turn: the median counts. */
    rounds: { type: 'string', default: '3' },
    /** Small files in a folder. */
    files: { type: 'string', default: '10000' },
    photos: { type: 'string', default: '10000' },
  },
}).values;

/** In megabytes. */
const large = 256;
const small = Number(count);
const sizeOfPhoto = 100_000;

const lab = await makeLab([]);
const home = await TwoBoards.make(lab, join(await tool('syncthing'), 'syncthing'), 4096);
const { oak, elm, mesh } = home;
// What is measured is the server: nobody syncs meanwhile.
for (const board of [mesh.oak, mesh.elm]) await board.stop();

/** That a container of ours may use: both have as much. */
const memoryOf = (name) => oak.pod.container(name).spec.resources.limits.memory;
const plain = [];
for (const [index, encrypted] of [false, true].entries()) {
  const machine = new Machine(lab, `plain${index}`, lab.network.address(60 + index));
  await machine.plugIn();
  const folder = oak.path('data', `plain${index}`);
  mkdirSync(folder);
  await succeed('chown', [`${owner}:${owner}`, folder]);
  // The client of NFS is nobody there.
  chmodSync(folder, 0o777);
  await startPlainServers(machine, folder, { encrypted, memory: memoryOf('samba') });
  plain.push({ address: machine.address, folder });
}
const { user, password, name } = plainShare;
const ofDebian = ({ address }, options) => new Smb(home.laptop, { address, share: name, user, password, options });

const files = newFolder('files');
await succeed('dd', ['if=/dev/urandom', `of=${join(files, 'large')}`, 'bs=1M', `count=${large}`]);
mkdirSync(join(files, 'small'));
for (let index = 0; index < small; index += 1) writeFileSync(join(files, 'small', `${index}`), 'x'.repeat(1000));

/** What one client does at one server; each leaves nothing behind. */
function smbWork(smb) {
  return {
    'write a large file': () => smb.runWith(files, 'put /tmp/files/large large'),
    'read a large file': () => smb.runWith(files, 'get large /dev/null; del large'),
    'write small files': () => smb.runWith(files, 'mkdir s; cd s; lcd /tmp/files/small; prompt off; mput *'),
    'read small files': () => smb.runWith(files, 'cd s; lcd /tmp; prompt off; mget *'),
    'delete small files': () => smb.run('deltree s'),
  };
}

function nfsWork(nfs, root) {
  return {
    'write a large file': () => nfs.do('write_zeros', `${root}/large`, large),
    'read a large file': async () => {
      await nfs.do('read_all', `${root}/large`);
      await nfs.do('rm', `${root}/large`);
    },
    'write small files': () => nfs.do('write_many', `${root}/s`, small, 1000),
    'read small files': () => nfs.do('read_many', `${root}/s`, small),
    'delete small files': () => nfs.do('rm_many', `${root}/s`, small),
  };
}

const clients = {
  SMB: {
    ours: smbWork(home.smb('oak', 'films')),
    "Debian's": smbWork(ofDebian(plain[0])),
    "Debian's, encrypted": smbWork(ofDebian(plain[1], ['--client-protection=encrypt'])),
  },
  NFS: {
    ours: nfsWork(home.nfs('oak'), '/films'),
    "Debian's": nfsWork(new Nfs(home.laptop, plain[0].address), `/${name}`),
  },
};
const ready = async (what, work) => until(`${what} answers`, async () => void (await work()), 180);
await ready('SMB', () => ofDebian(plain[0]).names());
await ready('SMB, encrypted', () => ofDebian(plain[1], ['--client-protection=encrypt']).names());
// Servers that have just started give clients time to take back what they had open.
for (const [nfs, root] of [
  [home.nfs('oak'), '/films'],
  [new Nfs(home.laptop, plain[0].address), `/${name}`],
]) {
  await ready(`NFS of ${root}`, () => nfs.do('write', `${root}/ready`, 'x'));
  nfs.end();
}

const rows = [];
for (const [protocol, servers] of Object.entries(clients)) {
  /** Seconds by server and work. @type {Map<string, number[]>} */
  const seconds = new Map();
  for (let round = 0; round < Number(rounds); round += 1) {
    for (const [server, work] of Object.entries(servers)) {
      for (const [what, act] of Object.entries(work)) {
        await succeed('sync', []);
        const start = performance.now();
        await act();
        const key = `${server}: ${what}`;
        seconds.set(key, [...(seconds.get(key) ?? []), (performance.now() - start) / 1000]);
      }
    }
  }
  for (const what of Object.keys(servers.ours)) {
    const of = Object.keys(servers).map((server) => [server, median(seconds.get(`${server}: ${what}`))]);
    const [, own] = of[0];
    const row = { protocol, what };
    for (const [server, time] of of) row[server] = rate(what, time);
    row['of Debian’s'] = round(of[1][1] / own);
    rows.push(row);
  }
}
console.table(rows);

for (const board of [mesh.oak, mesh.elm]) await board.start();
await mesh.converge('photos');
const camera = join(newFolder('camera'), 'DCIM');
mkdirSync(camera);
for (let index = 0; index < Number(photos); index += 1) {
  writeFileSync(join(camera, `IMG_${index}.jpg`), `${index} `.repeat(Math.ceil(sizeOfPhoto / 6)).slice(0, sizeOfPhoto));
}
await succeed('chown', ['--recursive', `${owner}:${owner}`, camera]);
const target = mesh.oak.path('photos', 'DCIM');
await succeed('cp', ['--archive', camera, target]);
const start = performance.now();
await until(
  'all photos are on the other board',
  async () => {
    const { localFiles, needFiles } = await mesh.elm.status('photos');
    return (localFiles >= Number(photos) && needFiles === 0) || `${localFiles} there, ${needFiles} missing`;
  },
  3600,
);
console.log(
  `${photos} photos of ${sizeOfPhoto / 1000} kB on the other board: ${round((performance.now() - start) / 1000)} s`,
);

console.table(
  [oak, elm].flatMap((server) =>
    [...server.pod.containers.values()].map((container) => ({
      container: `${server.name}: ${container.name}`,
      'MiB at most': Math.round(container.peakMemory / 2 ** 20),
      limit: container.spec.resources.limits.memory,
    })),
  ),
);
rmSync(camera, { recursive: true });
await home.stop();
// The servers of Debian end with this process, and would keep it.
process.exit(0);

function median(numbers) {
  const sorted = [...numbers].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)];
}

function rate(what, seconds) {
  return what.includes('large') ? `${Math.round(large / seconds)} MiB/s` : `${Math.round(small / seconds)} files/s`;
}

function round(number) {
  return Math.round(number * 100) / 100;
}
