// Mount units on boards of the lab: what systemd and udev make of disks that go and come. The disks are loop devices of
// this machine, and what the kernel tells at a plug and a yank is told by hand: nothing else is played.
import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { succeed } from '../tools/process.mjs';
import { sleep } from '../tools/sleep.mjs';
import { allOf } from './all-of.mjs';
import { makeHome } from './home.mjs';
import { LoopDisk, makeFileSystem } from './loop-disks.mjs';

/** @typedef {import('./board.mjs').Board} Board */
/** @typedef {import('./lab.mjs').Lab} Lab */

/** File systems that a disk may have, each with a disk. XFS and btrfs want to be this large, in MiB. */
const fileSystems = { ext4: 64, xfs: 320, btrfs: 128 };

/** Whoever takes this long to stop keeps a mount, in seconds. */
const slow = 8;

const isMounted = (board, name) => isActive(board, `srv-dnas-${name}.mount`);

/** A service as those of the home are bound to a disk. It writes as long as it runs, and takes its time to end. */
const writer = (name) => `[Unit]
BindsTo=srv-dnas-${name}.mount
After=srv-dnas-${name}.mount
ConditionPathExists=/srv/dnas/${name}/.homecloud-disk

[Service]
ExecStart=/bin/sh -c 'while date >> /srv/dnas/${name}/written; do sleep 0.2; done'
ExecStop=/bin/sleep ${slow}

[Install]
WantedBy=srv-dnas-${name}.mount
`;

/** Has a file open for as long as somebody is logged in, as a person whom no unit ends. */
const holder = (name) =>
  `systemd-run --quiet --collect --unit=holder-${name} sh -c "exec sleep infinity < /srv/dnas/${name}/photo"`;

/**
 * Sets up a disk of each file system on new boards, pulls them out and plugs them in, and changes their mount options.
 * @param {Lab} lab; @param {Board[]} boards one of each release; @param {string} version of ansible-core
 */
export async function goAndCome(lab, boards, version) {
  const plugged = new Map();
  for (const board of boards) plugged.set(board.name, await makeDisks());
  const home = await makeHome(lab, (config) => ({
    ...config,
    boards: config.boards.map((board) => ({
      ...board,
      disks: Object.entries(plugged.get(board.name) ?? {}).map(([name, { uuid }]) => ({
        name,
        device: `/dev/disk/by-uuid/${uuid}`,
        purpose: 'dnas',
      })),
    })),
  }));
  const run = async (expected) => {
    const { code, output, changed } = await home.roles(boards.map(({ name }) => name).join(), ['usb_storage'], version);
    if (code !== 0) throw new Error(output);
    for (const { name } of boards) if (changed[name] > 0 !== expected) throw new Error(`${name} changed:\n${output}`);
  };
  await allOf(boards.map((board) => [board.name, () => seeDevices(board)]));
  for (const board of boards) for (const disk of Object.values(plugged.get(board.name))) await plug(board, disk);
  await run(true);
  await run(false);
  await allOf(boards.map((board) => [board.name, () => yankAndPlug(board, plugged.get(board.name))]));
  await optionsChange(boards, run);
}

/** @returns {Promise<Record<string, LoopDisk & { uuid: string }>>} with one file, by the names of their file systems */
async function makeDisks() {
  const disks = {};
  for (const [name, size] of Object.entries(fileSystems)) {
    const disk = await LoopDisk.make(name, size);
    await makeFileSystem(name, disk.path);
    await disk.inside('echo photo > photo');
    const { stdout } = await succeed('blkid', ['-p', '-s', 'UUID', '-o', 'value', disk.path]);
    disks[name] = Object.assign(disk, { uuid: stdout.trim() });
  }
  return disks;
}

/**
 * Gives a board udev, and a /sys that can be written: only then systemd takes a device for plugged in (device.c,
 * device_supported), and it listens only if udev runs when it starts (device-monitor.c). Udev hears of all that happens on
 * this machine from now on, and is not asked for what is there.
 */
async function seeDevices(board) {
  await board.sudo(`
    mount -o remount,rw /sys && mount -o remount,rw /sys/devices
    ln -s /dev/null /etc/systemd/system/systemd-udev-trigger.service
    apt-get install -qq --yes udev >/dev/null 2>&1
    mknod /dev/loop-control c 10 237
    mknod /dev/btrfs-control c 10 234
    for it in $(seq 0 255); do mknod /dev/loop$it b 7 $it; done
    mkdir /etc/systemd/system/fstrim.timer.d
    printf '[Unit]\\nConditionVirtualization=\\n' > /etc/systemd/system/fstrim.timer.d/lab.conf
    systemctl daemon-reload
    systemctl start systemd-udevd.service
    systemctl daemon-reexec
  `);
  if (!(await isActive(board, 'systemd-udevd.service'))) throw new Error(`${board.name} has no udev`);
}

/** The kernel makes the node, and tells all who listen that there is a new device (devtmpfs.c, kobject_uevent.c). */
async function plug(board, { path }) {
  await board.sudo(`test -e ${path} || mknod ${path} b 7 ${path.replace('/dev/loop', '')}`);
  tell('add', path);
}

async function yank(board, { path }) {
  await board.sudo(`rm ${path}`);
  tell('remove', path);
}

function tell(action, path) {
  writeFileSync(`/sys/block/${basename(path)}/uevent`, action);
}

/** Each disk beside the others: they mostly wait for those who use them. */
async function yankAndPlug(board, disks) {
  for (const name of Object.keys(disks)) {
    // A yank alone does not show it: what a unit of one's own mounts, systemd stops by itself (systemd.mount(5),
    // StopPropagatedFrom). Bound, it does not start without its device either.
    const bound = await board.sudo(`systemctl show --property=BindsTo --value srv-dnas-${name}.mount`);
    // Not every systemd quotes a name with a backslash, and doubles it.
    if (!/^"?dev-disk-by\\{1,2}x2duuid-/.test(bound))
      throw new Error(`${name} is not bound to its file system: ${bound}`);
    await board.sudo(
      `cat > /etc/systemd/system/writer-${name}.service <<'END'\n${writer(name)}END\nsystemctl daemon-reload; systemctl enable --quiet --now writer-${name}.service`,
    );
  }
  await allOf(Object.entries(disks).map(([name, disk]) => [name, () => goesAndComes(board, name, disk)]));
  const failed = await board.sudo('systemctl list-units --failed --plain --no-legend');
  if (/dnas|disk/.test(failed)) throw new Error(`${board.name}: ${failed}`);
}

/** One disk with a writer, in all the ways in which it can leave and return. */
async function goesAndComes(board, name, disk) {
  const comesBack = async (when, seconds) => {
    await eventually(`${name} and its service return ${when}`, seconds, async () => {
      return (await isMounted(board, name)) && (await isActive(board, `writer-${name}.service`));
    });
    await board.sudo(`grep --quiet photo /srv/dnas/${name}/photo`);
  };
  await yank(board, disk);
  await eventually(`${name} goes`, slow + 10, async () => !(await isMounted(board, name)));
  if (await isActive(board, `writer-${name}.service`)) throw new Error(`a service runs without ${name}`);
  await placeIsEmpty(board, name);
  await plug(board, disk);
  await comesBack('with a plug', 10);

  // Plugged in again while its last user still stops.
  await yank(board, disk);
  await sleep(1);
  if (!(await isMounted(board, name))) throw new Error(`no user of ${name} takes long`);
  // A loose cable.
  for (const action of [plug, yank, plug]) {
    await action(board, disk);
    await sleep(0.5);
  }
  await comesBack('when its last user is gone', slow + 20);

  // As another device, which it is to the kernel after a yank, while somebody has a file of the first open. It is a copy,
  // for the first is not dead here, and goes on writing.
  await board.sudo(holder(name));
  await yank(board, disk);
  await eventually(`${name} goes`, slow + 10, async () => !(await isMounted(board, name)));
  await succeed('sync', [disk.path]);
  await succeed('cp', ['--sparse=always', disk.file, `${disk.file}-again`]);
  const again = await LoopDisk.attach(`${disk.file}-again`, disk.serial);
  await plug(board, again);
  // Before Linux 6.7, btrfs waits for the last user.
  if (name === 'btrfs') await board.sudo('systemctl stop holder-btrfs');
  await comesBack('while the file system of before is held open', 30);
  if (name !== 'btrfs') await board.sudo(`systemctl stop holder-${name}`);
  await disk.remove();
}

/** What is not as configured of the options of a mount is mended, and who uses the disk goes on. */
async function optionsChange(boards, run) {
  const pids = () => Promise.all(boards.map((board) => board.sudo('systemctl show --property=MainPID writer-*')));
  const before = await pids();
  for (const board of boards) {
    const places = Object.keys(fileSystems).map((name) => `/srv/dnas/${name}`);
    await board.sudo(`for it in ${places.join(' ')}; do mount -o remount,exec,nosuid,nodev $it; done`);
  }
  await run(true);
  for (const board of boards) {
    for (const name of Object.keys(fileSystems)) {
      const options = await board.sudo(`findmnt --noheadings --output VFS-OPTIONS /srv/dnas/${name}`);
      if (options.trim() !== 'rw,nosuid,nodev,noexec,noatime') throw new Error(`${name} is mounted with ${options}`);
    }
  }
  if ((await pids()).join() !== before.join()) throw new Error('services were stopped for other mount options');
  await run(false);
}

/** Nothing stands, and nothing can be written, where a disk is mounted when it is there. */
async function placeIsEmpty(board, name) {
  const found = await board.sudo(`find /srv/dnas/${name} -mindepth 1; touch /srv/dnas/${name}/x 2>&1 || true`);
  if (!/^touch: .*Operation not permitted\n$/.test(found)) throw new Error(`below the place of ${name}: ${found}`);
}

async function isActive(board, unit) {
  return (await board.sudo(`systemctl is-active ${unit} || true`)).trim() === 'active';
}

async function eventually(what, seconds, holds) {
  for (const end = Date.now() + seconds * 1000; !(await holds()); await sleep(0.2)) {
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s`);
  }
}
