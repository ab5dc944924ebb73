// What the role usb_storage decides about a disk, with all that can stand on one.
import { appendFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { succeed } from '../tools/process.mjs';
import { LoopBoard, LoopDisk, makeFileSystem } from './loop-disks.mjs';

const uuidOf = async (disk) => (await succeed('blkid', ['-p', '-s', 'UUID', '-o', 'value', disk.path])).stdout.trim();
const markerOf = (disk) => disk.inside('cat .homecloud-disk', 'ro');
const configOf = (disk, more = {}) => ({ device: disk.path, ...more });

async function expectAction(board, plugged, disk, action) {
  const found = await board.inspect(plugged, disk);
  if (found.action !== action || found.refusal !== '') {
    throw new Error(`${action} was to be done with the disk, and not: ${JSON.stringify(found)}`);
  }
}

/** Refused with a reason, and not one bit is different afterwards, whatever is tried. */
async function expectRefusal(board, plugged, disk, reason) {
  const before = await Promise.all(plugged.map((it) => it.contents()));
  const { refusal } = await board.inspect(plugged, disk);
  const { code, stderr } = await board.prepare(plugged, disk);
  const after = await Promise.all(plugged.map((it) => it.contents()));
  if (before.join() !== after.join()) throw new Error(`the disk is not what it was: ${stderr}`);
  if (!reason.test(refusal) || code === 0 || !reason.test(stderr)) {
    throw new Error(`"${reason}" was to be the reason: ${refusal}\n${stderr}`);
  }
}

async function prepare(board, plugged, disk) {
  const { code, stderr } = await board.prepare(plugged, disk);
  if (code !== 0) throw new Error(stderr);
}

/** A disk that is set up on a board. */
async function setUp(board, serial, more = {}) {
  const disk = await LoopDisk.make(serial);
  await prepare(board, [disk], configOf(disk, more));
  return disk;
}

/** Two partitions of Linux, of 16 MiB each, in a table of the kind of DOS. The kernel of a machine may not look at it. */
async function partition(disk) {
  const table = Buffer.alloc(512);
  for (const index of [0, 1]) {
    table[446 + 16 * index + 4] = 0x83;
    table.writeUInt32LE(2048 + 32768 * index, 446 + 16 * index + 8);
    table.writeUInt32LE(32768, 446 + 16 * index + 12);
  }
  table.writeUInt16LE(0xaa55, 510);
  writeFileSync(disk.path, table);
}

/** An empty disk is formatted once, marked once, and found again by a board that knows nothing. */
export async function emptyDisk() {
  const board = new LoopBoard();
  const disk = await LoopDisk.make('S1');
  await expectAction(board, [disk], configOf(disk), 'format');
  await prepare(board, [disk], configOf(disk));
  const marker = await markerOf(disk);
  const identity = { home: 'lab', domain: 'a.example', board: 'oak', disk: 'data', uuid: await uuidOf(disk) };
  if (JSON.stringify(JSON.parse(marker)) !== JSON.stringify(identity)) throw new Error(`the marker says ${marker}`);
  const root = await disk.inside('stat -c "%u %g %a" . && lsattr .homecloud-disk', 'ro');
  if (!/^1010 1010 2771\n----i/.test(root)) throw new Error(`the root of the disk, and its marker, have ${root}`);
  await disk.inside('echo photo > photo');
  for (const again of [board, new LoopBoard()]) {
    await expectAction(again, [disk], configOf(disk), again === board ? 'none' : 'adopt');
    await prepare(again, [disk], configOf(disk));
    await expectAction(again, [disk], configOf(disk), 'none');
    if ((await markerOf(disk)) !== marker) throw new Error('the marker was made again');
    await disk.inside('grep photo photo', 'ro');
  }
}

/** Of a disk with data, the owner of the root and the marker change. */
export async function diskWithData() {
  const board = new LoopBoard();
  const disk = await LoopDisk.make('S1');
  await succeed('mkfs.ext4', ['-q', disk.path]);
  await disk.inside('mkdir -m 700 films && chown 77:78 films && echo one > films/one && chmod 640 films/one');
  const list = 'find films -printf "%p %u %g %m %s %T@\\n" | sort; sha256sum films/one';
  const before = await disk.inside(list, 'ro');
  await expectAction(board, [disk], configOf(disk), 'adopt');
  await prepare(board, [disk], configOf(disk));
  await expectAction(board, [disk], configOf(disk), 'none');
  if ((await disk.inside(list, 'ro')) !== before) throw new Error('files of the adopted disk were touched');
  if ((await disk.inside('stat -c "%u %g %a" .', 'ro')) !== '1010 1010 2771\n')
    throw new Error('the root has no owner');
}

/** What homecloud cannot use, or is of somebody else, stays as it is, whatever stands in `erase` of another disk. */
export async function refused() {
  const other = { serial: 'S1', board: 'oak', home: 'lab' };
  const ext4 = (disk) => succeed('mkfs.ext4', ['-q', '-F', disk.path]);
  const marked = (config) => async (disk) => prepare(new LoopBoard(), [disk], configOf(disk, config));
  const write = (commandLine) => (disk) => succeed('sh', ['-c', commandLine, disk.path]);
  const cases = [
    ['swap', (disk) => succeed('mkswap', [disk.path]), /data \(.*swap data.*it is swap space.*erase: 'S1'/],
    ['LUKS', write(`printf 'LUKS\\272\\276\\0\\1' | dd of="$0" conv=notrunc status=none`), /encrypted \(LUKS\)/],
    ['partitions', partition, /has partitions\. Name one of them/],
    ['a sealed volume', write('head -c 64M /dev/urandom > "$0"'), /unknown kind, from byte 0/],
    [
      'a few bytes in the middle',
      write('printf secret | dd of="$0" bs=1M seek=33 conv=notrunc status=none'),
      /byte 346/,
    ],
    ['another home', marked({ home: 'other' }), /it is oak\/data of the home 'other'/],
    ['a home of the same name', marked({ domain: 'b.example' }), /'lab' \(b\.example\)/],
    ['another board', marked({ board: 'elm' }), /it is elm\/data of the home 'lab'/],
    ['another disk', marked({ name: 'archive' }), /it is oak\/archive/],
    [
      'a copied marker',
      async (disk) => {
        const original = await setUp(new LoopBoard(), 'S0');
        const marker = await markerOf(original);
        await ext4(disk);
        await disk.inside(`cat > .homecloud-disk <<'END'\n${marker}END`);
        await original.remove();
      },
      /marker was copied from another disk/,
    ],
    [
      'half a marker',
      async (disk) => {
        await ext4(disk);
        await disk.inside('echo { > .homecloud-disk');
      },
      /cannot be read/,
    ],
    [
      'a damaged file system',
      async (disk) => {
        await ext4(disk);
        // Features that no kernel knows (ext4 superblock, s_feature_incompat without that of a journal device).
        await succeed('sh', [
          '-c',
          'printf "\\367\\377\\377\\377" | dd of="$0" bs=1 seek=1120 conv=notrunc',
          disk.path,
        ]);
      },
      /cannot be read|unknown kind/,
    ],
  ];
  for (const [name, make, reason] of cases) {
    const disk = await LoopDisk.make(other.serial);
    try {
      await make(disk);
      await expectRefusal(new LoopBoard(), [disk], configOf(disk, { erase: 'S2' }), reason);
    } catch (error) {
      throw new Error(`${name}: ${error.message}`);
    }
    await disk.remove();
  }
  return `${cases.length} kinds of data`;
}

/** A known disk that is away is away. Whatever is found in its place is not it. */
export async function swapped() {
  const board = new LoopBoard();
  const disk = await setUp(board, 'S1');
  const config = configOf(disk);
  await expectAction(board, [], config, 'away');
  const inPlace = async (plugged, serial, reason, erase = '') => {
    plugged.serial = serial;
    await expectRefusal(board, [plugged], configOf(plugged, { erase }), reason);
  };
  const empty = await LoopDisk.make('S9');
  await inPlace(empty, 'S9', /another disk is in its place.*erase: 'S9' at this disk in/);
  // Another medium in the same adapter, and an `erase` that was left from the first.
  await inPlace(empty, 'S1', /Both have one serial number/, 'S1');
  const foreign = await setUp(new LoopBoard(), 'S9', { home: 'other' });
  await inPlace(foreign, 'S9', /another disk is in its place/);
  const earlier = await setUp(new LoopBoard(), 'S9');
  await inPlace(earlier, 'S9', /an earlier oak\/data/, 'S9');
  // In another place, it is itself.
  const { action, note } = await board.inspect([disk, empty], configOf(empty));
  if (action !== 'none' || !note.includes('not at')) throw new Error(`at another device, it is ${action}: ${note}`);
  await expectAction(board, [disk], config, 'none');
  for (const it of [disk, empty, foreign, earlier]) await it.remove();
}

/** `erase` erases the disk of that serial number, once. */
export async function erase() {
  const board = new LoopBoard();
  const disk = await LoopDisk.make('S1');
  await succeed('sh', ['-c', 'head -c 64M /dev/urandom > "$0"', disk.path]);
  await expectRefusal(board, [disk], configOf(disk, { erase: 'S2' }), /unknown kind/);
  const config = configOf(disk, { erase: 'S1' });
  await expectAction(board, [disk], config, 'format');
  await prepare(board, [disk], config);
  await disk.inside('echo photo > photo');
  await expectAction(board, [disk], config, 'none');
  await expectAction(new LoopBoard(), [disk], config, 'adopt');
  // A board that knows nothing, and a home that has another domain since, or the disk elsewhere: never erased again.
  for (const moved of [{ domain: 'b.example' }, { board: 'elm' }, { name: 'other' }]) {
    await expectRefusal(
      new LoopBoard(),
      [disk],
      { ...config, ...moved },
      /take erase out of homecloud\.config\.ts first/,
    );
  }
  // When nothing on it can be read any more, it is no new disk.
  await succeed('wipefs', ['--all', '--quiet', disk.path]);
  await expectRefusal(board, [disk], config, /another disk is in its place/);
  // A new one takes its place when its own number stands there.
  const successor = await LoopDisk.make('S3');
  await expectRefusal(board, [successor], configOf(successor, { erase: 'S1' }), /another disk is in its place/);
  await prepare(board, [successor], configOf(successor, { erase: 'S3' }));
  await expectAction(board, [successor], configOf(successor, { erase: 'S3' }), 'none');
  // Two adapters of one number.
  const twin = await LoopDisk.make('S4');
  const other = await LoopDisk.make('S4');
  await succeed('mkswap', [twin.path]);
  await expectRefusal(new LoopBoard(), [twin, other], configOf(twin, { erase: 'S4' }), /have one serial number, 'S4'/);
  await expectRefusal(new LoopBoard(), [twin, other], configOf(other), /have one serial number, 'S4'/);
  for (const it of [disk, successor, twin, other]) await it.remove();
}

/** A disk that was set up, and is not what it was. */
export async function changed() {
  const board = new LoopBoard();
  const disk = await setUp(board, 'S1');
  await disk.inside('chattr -i .homecloud-disk && rm .homecloud-disk');
  await expectRefusal(board, [disk], configOf(disk), /its marker \.homecloud-disk is gone/);
  const clone = await LoopDisk.make('S2');
  const whole = await setUp(new LoopBoard(), 'S3');
  const owner = new LoopBoard();
  await prepare(owner, [whole], configOf(whole));
  await succeed('dd', [`if=${whole.path}`, `of=${clone.path}`, 'bs=1M', 'status=none']);
  await expectRefusal(owner, [whole, clone], configOf(whole), /are copies of each other/);
  for (const it of [disk, clone, whole]) await it.remove();
}

/** The place is not free. */
export async function places() {
  const disk = await LoopDisk.make('S1');
  const hidden = new LoopBoard();
  mkdirSync(join(hidden.folder, 'srv/dnas/data'), { recursive: true });
  writeFileSync(join(hidden.folder, 'srv/dnas/data/written-by-mistake'), '');
  await expectRefusal(hidden, [disk], configOf(disk), /itself holds written-by-mistake/);
  const listed = new LoopBoard();
  writeFileSync(join(listed.folder, 'etc/fstab'), '');
  appendFileSync(join(listed.folder, 'etc/fstab'), 'LABEL=data /srv/dnas/data ext4 defaults 0 2\n');
  await expectRefusal(listed, [disk], configOf(disk), /\/etc\/fstab mounts something/);
  await succeed('mkfs.ext4', ['-q', disk.path]);
  const folder = join(hidden.folder, 'elsewhere');
  mkdirSync(folder);
  await succeed('mount', [disk.path, folder]);
  try {
    const { refusal } = await new LoopBoard().inspect([disk], configOf(disk));
    if (!/is in use as .*elsewhere/.test(refusal)) throw new Error(`a mounted disk: ${refusal}`);
  } finally {
    await succeed('umount', [folder]);
  }
  await disk.remove();
}

/**
 * A disk that is set up may be mounted where the kubelet binds its folders for pods, at its own place or not; anybody
 * else who has mounted it is told to end that.
 */
export async function inUse() {
  const disk = await setUp(new LoopBoard(), 'S1');
  await disk.inside('mkdir db');
  const config = configOf(disk);
  const place = '/srv/dnas/data';
  const pod = '/var/lib/kubelet/pods/1/volume-subpaths/pvc-1/prometheus/2';
  const bind = (folder) => `mkdir -p ${folder} && mount --bind ${place}/db ${folder}`;
  const mounted = `mkdir -p ${place} && mount ${disk.path} ${place} && mount -t tmpfs tmpfs /var/lib`;
  const after = async (commandLine) => {
    const board = new LoopBoard();
    await prepare(board, [disk], config);
    board.before = `${mounted} && ${commandLine}`;
    return board;
  };
  for (const commandLine of [bind(pod), `${bind(pod)} && umount ${place}`, bind('/var/lib/other')]) {
    await expectAction(await after(commandLine), [disk], config, 'none');
  }
  const elsewhere = await after(`${bind('/var/lib/other')} && umount ${place}`);
  const { refusal } = await elsewhere.inspect([disk], config);
  if (!/is in use as \/var\/lib\/other\. End that/.test(refusal)) throw new Error(`mounted elsewhere: ${refusal}`);
  // Unknown to the board, it would be adopted: what others have mounted is not.
  const unknown = new LoopBoard();
  unknown.before = `${mounted} && ${bind(pod)} && umount ${place}`;
  const { refusal: adopting } = await unknown.inspect([disk], config);
  if (!adopting.includes(`is in use as ${pod}`))
    throw new Error(`it would be adopted while a pod uses it: ${adopting}`);
  await disk.remove();
}

/** To look changes nothing, on no kind of disk, and neither on the board. */
export async function onlyLooks() {
  const config = { ext4: 64, xfs: 320, btrfs: 128 };
  for (const [type, size] of Object.entries(config)) {
    const original = await LoopDisk.make('S1', size);
    await makeFileSystem(type, original.path);
    // As after a yank: the journal is not empty.
    await original.inside(
      `echo photo > photo && sync && cp --sparse=always "${original.file}" "${original.file}-pulled"`,
    );
    await original.remove();
    const disk = await LoopDisk.attach(`${original.file}-pulled`, 'S1');
    const board = new LoopBoard();
    const looked = async (action) => {
      const before = await disk.contents();
      await expectAction(board, [disk], configOf(disk), action);
      if ((await disk.contents()) !== before) throw new Error(`${type} is not what it was before the look`);
    };
    await looked('adopt');
    const changed = ['etc', 'srv'].flatMap((name) => readdirSync(join(board.folder, name)));
    if (changed.length > 0) throw new Error(`the look at ${type} changed ${changed} on the board`);
    await prepare(board, [disk], configOf(disk));
    await looked('none');
    await disk.remove();
  }
}

/** Killed between any two steps, it is done by the next run; what was consented to once is consented to once. */
export async function killed() {
  for (const step of ['mkfs.ext4', 'wipefs', 'umount']) {
    for (const isErased of [false, true]) {
      const board = new LoopBoard();
      const disk = await LoopDisk.make('S1');
      if (isErased) await succeed('mkswap', [disk.path]);
      const config = configOf(disk, isErased ? { erase: 'S1' } : {});
      board.put(
        step,
        `#!/bin/sh\n/usr/sbin/${step} "$@" || /usr/bin/${step} "$@"\n[ "$1" = --noheadings ] || grep -qs pending /etc/homecloud/disks/data.json && kill -9 $PPID\n`,
      );
      const { code } = await board.prepare([disk], config).catch(() => ({ code: 'killed' }));
      if (code === 0) throw new Error(`it was not killed at ${step}`);
      board.take(step);
      await prepare(board, [disk], config);
      await expectAction(board, [disk], config, 'none');
      rmSync(board.folder, { recursive: true, force: true });
      await disk.remove();
    }
  }
}

/** A format that was killed in its middle is repeated while the medium is there, and nothing else is on it. */
export async function cutOff() {
  const half = async () => {
    const board = new LoopBoard();
    const disk = await LoopDisk.make('S1');
    // Some of what a file system consists of, and no superblock, which comes last.
    board.put(
      'mkfs.ext4',
      '#!/bin/sh\nfor it; do :; done\nhead -c 1M /dev/urandom | dd of="$it" bs=1M seek=8\nkill -9 $PPID\n',
    );
    const { code } = await board.prepare([disk], configOf(disk)).catch(() => ({ code: 'killed' }));
    if (code === 0) throw new Error('it was not killed');
    board.take('mkfs.ext4');
    return { board, disk };
  };
  const repeated = await half();
  await expectAction(repeated.board, [repeated.disk], configOf(repeated.disk), 'format');
  await prepare(repeated.board, [repeated.disk], configOf(repeated.disk));
  await expectAction(repeated.board, [repeated.disk], configOf(repeated.disk), 'none');
  await repeated.disk.remove();

  const replugged = await half();
  await replugged.disk.remove();
  const other = await LoopDisk.attach(replugged.disk.file, 'S1');
  await expectRefusal(replugged.board, [other], configOf(other), /unknown kind \(homecloud began.*erase: 'S1'/);
  await other.remove();

  const used = await half();
  await succeed('mkswap', [used.disk.path]);
  await expectRefusal(used.board, [used.disk], configOf(used.disk), /it is swap space/);
  await used.disk.remove();
}
