// Disks that are pulled out, plugged in and swapped, on a guest with a kernel and udev of its own: what the role
// usb_storage makes of them.
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { succeed } from '../tools/process.mjs';
import { newFolder } from '../tools/scratch.mjs';
import { sleep } from '../tools/sleep.mjs';
import { makeGuest, UsbDisk } from './guest.mjs';
import { makeHome } from './home.mjs';
import { makeFileSystem } from './loop-disks.mjs';

const version = 'ansible-newest';

/** A service as those of the home are bound to a disk. It writes as long as it runs. */
const writer = `[Unit]
BindsTo=srv-dnas-data.mount
After=srv-dnas-data.mount
ConditionPathExists=/srv/dnas/data/.homecloud-disk

[Service]
ExecStart=/bin/sh -c 'while date >> /srv/dnas/data/written; do sync /srv/dnas/data/written; done'

[Install]
WantedBy=srv-dnas-data.mount
`;

/** Has mounts of its own, as a pod with the parent of the disks as a `hostPath` of `mountPropagation: HostToContainer`. */
const pod =
  'systemd-run --quiet --unit=pod unshare --mount --propagation slave sh -c "mount --rbind /srv/dnas /mnt && exec sleep infinity"';

export class UsbLab {
  /** @type {import('./guest.mjs').Guest} */
  guest;
  /** @type {import('./home.mjs').LabHome} */
  home;
  /** @type {UsbDisk} */
  data;
  /** @type {UsbDisk} */
  films;
  /** @type {UsbDisk[]} with other file systems than ext4, by whose names they are called */
  others;

  /**
   * Starts a guest in the network of a lab, with new disks: an empty one, and some with files.
   * @param {import('./lab.mjs').Lab} lab
   */
  static async make(lab) {
    const usb = new UsbLab();
    usb.guest = await makeGuest(lab, { name: 'ash', address: lab.network.address(40) });
    usb.data = new UsbDisk('data', await medium(), 'DATA0001');
    usb.films = new UsbDisk('films', await medium({ 'film.mkv': 'a film' }), 'FILMS001');
    usb.others = [
      new UsbDisk('xfs', await medium({ photo: 'a photo' }, 'xfs'), 'XFS00001'),
      new UsbDisk('btrfs', await medium({ photo: 'a photo' }, 'btrfs'), 'BTRFS001'),
    ];
    const disks = [usb.data, usb.films, ...usb.others];
    await usb.guest.start(disks);
    usb.home = await makeHome(
      { network: lab.network, boards: [usb.guest], key: lab.key, hostKey: (name) => lab.hostKey(name) },
      (config) => ({
        ...config,
        boards: config.boards.map((board) => ({
          ...board,
          disks: disks.map(({ id, device }) => ({ name: id, device, purpose: 'dnas' })),
        })),
      }),
    );
    await usb.guest.ready(900);
    return usb;
  }

  playbook(...options) {
    return this.home.playbook('disks', version, ['--timeout', '60', ...options]);
  }

  /** Whether a pod that has the parent of the disks sees a disk. */
  async podSees(name) {
    const { code } = await this.guest.ssh(
      `sudo nsenter --mount=/proc/$(systemctl show --property=MainPID --value pod)/ns/mnt test -f /mnt/${name}/.homecloud-disk`,
    );
    return code === 0;
  }

  /** Whether a unit is active. */
  async isActive(unit) {
    return (await this.guest.sudo(`systemctl is-active ${unit} || true`)).trim() === 'active';
  }

  async eventually(what, holds, seconds = 120) {
    for (const end = Date.now() + seconds * 1000; !(await holds()); await sleep(0.5)) {
      if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s`);
    }
  }

  /** Nothing stands, and nothing can be written, where a disk is mounted when it is there. */
  async placeIsEmpty(name) {
    const found = await this.guest
      .sudo(`mount --bind /srv/dnas /mnt; find /mnt/${name} -mindepth 1; touch /mnt/${name}/x 2>&1; umount /mnt`)
      .catch(({ message }) => message);
    if (!/^touch: .*Operation not permitted\n$/.test(found)) throw new Error(`below the place of the disk: ${found}`);
  }
}

/** A new medium: empty, or with files. XFS wants to be this large. */
async function medium(files, type = 'ext4') {
  const folder = newFolder('medium');
  const file = join(folder, 'image');
  await succeed('truncate', ['--size=320M', file]);
  if (files === undefined) return file;
  const contents = join(folder, 'files');
  mkdirSync(contents);
  for (const [name, text] of Object.entries(files)) appendFileSync(join(contents, name), text);
  await makeFileSystem(type, file);
  const copy = 'mount -o loop "$0" /mnt && cp -r "$1/." /mnt && umount /mnt';
  await succeed('unshare', ['--mount', '--propagation=private', 'sh', '-c', copy, file, contents]);
  return file;
}

/** The empty disk is formatted, the other adopted, and both are mounted. */
export async function firstRun(usb) {
  const { code, output } = await usb.playbook();
  if (code !== 0) throw new Error(output);
  const mounts = await usb.guest.sudo('findmnt --noheadings --output TARGET,SOURCE,PROPAGATION --type ext4 --list');
  for (const name of ['data', 'films']) {
    if (!new RegExp(`^/srv/dnas/${name} +/dev/sd\\w +shared$`, 'm').test(mounts)) throw new Error(mounts);
    const marker = JSON.parse(await usb.guest.sudo(`cat /srv/dnas/${name}/.homecloud-disk`));
    if (marker.board !== 'ash' || marker.disk !== name) throw new Error(JSON.stringify(marker));
    await usb.placeIsEmpty(name);
  }
  await usb.guest.sudo('grep -q "a film" /srv/dnas/films/film.mkv');
}

export async function secondRun(usb) {
  const before = await usb.guest.sudo('cat /srv/dnas/*/.homecloud-disk');
  const { code, output, changed } = await usb.playbook();
  if (code !== 0 || changed.ash !== 0) throw new Error(output);
  if ((await usb.guest.sudo('cat /srv/dnas/*/.homecloud-disk')) !== before) throw new Error('a marker was made again');
}

/** Pulled out while a service writes, the service stops, and returns with the disk. */
export async function yank(usb) {
  await usb.guest.sudo(
    `cat > /etc/systemd/system/writer.service <<'END'\n${writer}END\nsystemctl daemon-reload; systemctl enable --now writer.service; ${pod}`,
  );
  await usb.eventually('the service writes', () =>
    usb.guest.sudo('test -s /srv/dnas/data/written').then(
      () => true,
      () => false,
    ),
  );
  if (!(await usb.podSees('data'))) throw new Error('the pod does not see the disk');
  await usb.guest.yank(usb.data);
  await usb.eventually('the mount and the service stop', async () => {
    return !(await usb.isActive('srv-dnas-data.mount')) && !(await usb.isActive('writer.service'));
  });
  await usb.guest.sudo('! mountpoint --quiet /srv/dnas/data');
  await usb.placeIsEmpty('data');
  if (await usb.podSees('data')) throw new Error('the pod still sees a disk that is gone');
  await comesBack(usb);
  if (!(await usb.podSees('data'))) throw new Error('the pod does not see that the disk is back');
}

/** Pulled out while somebody has a file open, a disk returns, whatever its file system, and before that one ends. */
export async function heldOpen(usb) {
  for (const disk of usb.others) {
    const photo = `/srv/dnas/${disk.id}/photo`;
    const unit = `srv-dnas-${disk.id}.mount`;
    const holder = `holder-${disk.id}.service`;
    await usb.guest.sudo(`systemd-run --quiet --unit=${holder} sh -c "exec sleep infinity < ${photo}"`);
    // Started is not yet opened.
    const input = `readlink /proc/$(systemctl show --property=MainPID --value ${holder})/fd/0`;
    await usb.guest.sudo(`timeout 60 sh -c 'until test "$(${input})" = ${photo}; do sleep 0.2; done'`);
    await usb.guest.yank(disk);
    await usb.eventually(`${disk.id} goes`, async () => !(await usb.isActive(unit)));
    await usb.placeIsEmpty(disk.id);
    await usb.guest.plug(disk);
    await usb.eventually(`${disk.id} returns`, () => usb.isActive(unit));
    await usb.guest.sudo(`grep -q "a photo" ${photo}`);
    if (!(await usb.isActive(holder))) throw new Error(`nobody has a file of ${disk.id} open`);
  }
}

async function comesBack(usb) {
  await usb.guest.plug(usb.data);
  await usb.eventually('the disk and the service return', async () => {
    return (await usb.isActive('srv-dnas-data.mount')) && (await usb.isActive('writer.service'));
  });
  await usb.guest.sudo('test -s /srv/dnas/data/written && test -f /srv/dnas/data/.homecloud-disk');
}

/** Other media in the adapters of the disks, which keep their names: never mounted, never formatted. */
export async function swapped(usb) {
  const empty = new UsbDisk('data', await medium(), usb.data.serial);
  const marker = { home: 'other', domain: 'other.example.org', board: 'ash', disk: 'films', uuid: 'x' };
  const foreign = new UsbDisk(
    'films',
    await medium({ '.homecloud-disk': JSON.stringify(marker), 'theirs.jpg': 'a photo' }),
    usb.films.serial,
  );
  const sums = async () => (await succeed('sha256sum', [empty.file, foreign.file])).stdout;
  const before = await sums();
  for (const disk of [usb.data, usb.films]) await usb.guest.yank(disk);
  for (const disk of [empty, foreign]) await usb.guest.plug(disk);
  await usb.eventually('the names are those of the adapters', () =>
    usb.guest.sudo(`test -e ${empty.device} && test -e ${foreign.device}`).then(
      () => true,
      () => false,
    ),
  );
  const { code, output } = await usb.playbook();
  for (const reason of ['ash/data: another disk is in its place', 'ash/films: another disk is in its place']) {
    if (code === 0 || !output.includes(reason)) throw new Error(`it was to be refused with "${reason}":\n${output}`);
  }
  for (const name of ['data', 'films']) {
    await usb.guest.sudo(`! mountpoint --quiet /srv/dnas/${name}`);
    await usb.placeIsEmpty(name);
  }
  if (await usb.isActive('writer.service')) throw new Error('a service runs on a disk that is not its own');
  for (const disk of [empty, foreign]) await usb.guest.yank(disk);
  if ((await sums()) !== before) throw new Error('one of the media is not what it was');
  await usb.guest.plug(usb.films);
  await comesBack(usb);
}

/** The board starts without a disk as fast as with it, and takes it when it comes. */
export async function bootWithout(usb) {
  await usb.guest.powerOff();
  await usb.guest.start();
  await usb.guest.ready(900);
  await usb.eventually('the board has started', async () => {
    return /running|degraded/.test(await usb.guest.sudo('systemctl is-system-running || true'));
  });
  // No unit waits for a disk, and none failed for want of one.
  const failed = await usb.guest.sudo(
    'systemctl list-units --failed --plain --no-legend; systemctl list-jobs --no-legend',
  );
  if (/srv-dnas|homecloud-disk|writer|by.x2duuid/.test(failed)) throw new Error(failed);
  if (await usb.isActive('writer.service')) throw new Error('the service runs without its disk');
  for (const name of ['data', 'films']) await usb.placeIsEmpty(name);
  await usb.guest.plug(usb.films);
  await comesBack(usb);
}
