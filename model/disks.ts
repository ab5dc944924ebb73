import * as z from 'zod';
import { duplicates } from './duplicates.ts';
import type { Disk } from './facts/disks.ts';
import { name } from './fields.ts';
import { byName } from './order.ts';
import { indexed } from './pattern.ts';
import { formatPath, type Path } from './problems.ts';
import { rule } from './rules.ts';
import { show } from './show.ts';
import type { Slice } from './slice.ts';

export const diskOptions = z.strictObject({
  name: name
    .max(32, 'is longer than 32 characters: choose a shorter name')
    .describe('Name of the disk on its board: shares are placed on `<board>/<disk>`.'),
  device: z
    .string()
    .regex(
      /^\/dev\/disk\/by-(id|uuid|partuuid|label)\/[A-Za-z0-9][A-Za-z0-9._:+@=\\-]*$/,
      'is not a stable name: write a path below /dev/disk/by-id/, as "ls -l /dev/disk/by-id/" on the board shows it; /dev/sda, and what is named after a socket, can be another disk after a restart',
    )
    .describe('Stable path of the device: `/dev/disk/by-id/usb-…`.'),
  purpose: z
    .enum(['dnas', 'longhorn', 'backup', 'system'])
    .describe(
      "`dnas`: holds shares. `longhorn`: volumes of the cluster. `backup`: copies of other disks. `system`: k3s's own state, off the SD card.",
    ),
  erase: z
    .string()
    .min(1, 'is empty: take the key away, or write a text')
    .optional()
    .describe(
      'Serial number of the disk, if homecloud may erase what is on it, once: `lsblk -o NAME,SERIAL` on the board shows it. Without it only an empty disk is ever formatted.',
    ),
});

/** Disks are mounted by purpose: several of these can stand on one board. */
const manyPerBoard = new Set<string>(['dnas', 'backup']);

const disksAreUnique = rule({
  code: 'DSK002',
  severity: 'error',
  title: 'each disk of a board has a name and a device of its own',
  reason: 'one disk with two purposes is formatted under the feet of the first',
  reads: ['boards[].disks[].name', 'boards[].disks[].device'],
  *check({ boards }) {
    for (const [index, { disks }] of indexed(boards)) {
      const path = (at: number, key: string) => ['boards', index, 'disks', at, key];
      yield* duplicates(
        indexed(disks).map(([at, { name }]) => ({ path: path(at, 'name'), key: name, what: `"${name}"` })),
        'give each disk of the board its own name',
      );
      yield* duplicates(
        indexed(disks).map(([at, { device }]) => ({ path: path(at, 'device'), key: device, what: device })),
        'give each disk its own device',
      );
      for (const [at, { device }] of indexed(disks)) {
        const whole = indexed(disks).find(([, other]) => other.device === wholeDisk(device) && other.device !== device);
        if (whole === undefined) continue;
        yield {
          path: path(at, 'device'),
          other: path(whole[0], 'device'),
          message: `${device} is a part of ${formatPath(path(whole[0], 'device'))}, the whole disk`,
          hint: 'name the whole disk once, or each of its parts',
        };
      }
    }
  },
});

/** The disk that a partition belongs to (udev, 60-persistent-storage.rules: `-part1`). */
function wholeDisk(device: string): string {
  return device.replace(/-part\d+$/, '');
}

const partsHaveOnePurpose = rule({
  code: 'DSK009',
  severity: 'warning',
  title: 'shares and Longhorn are on different disks',
  reason: 'each waits for the other: a large copy to a share makes the volumes of the cluster stand still',
  reads: ['boards[].disks[].device', 'boards[].disks[].purpose'],
  *check({ boards }) {
    for (const [index, { disks }] of indexed(boards)) {
      for (const [at, { device, purpose }] of indexed(disks)) {
        if (purpose !== 'longhorn') continue;
        const shares = indexed(disks).find(
          ([, other]) => other.purpose === 'dnas' && wholeDisk(other.device) === wholeDisk(device),
        );
        if (shares === undefined) continue;
        const other = ['boards', index, 'disks', shares[0], 'device'];
        yield {
          path: ['boards', index, 'disks', at, 'device'],
          other,
          message: `${device} is on the same disk as ${formatPath(other)}`,
          hint: "give Longhorn a disk of its own, or take the disk with purpose: 'longhorn' away",
        };
      }
    }
  },
});

const serialsAreUnique = rule({
  code: 'DSK006',
  severity: 'error',
  title: 'each serial number that may be erased stands at one disk',
  reason: 'a disk is erased whose number was copied from another',
  reads: ['boards[].disks[].erase'],
  *check({ boards }) {
    yield* duplicates(
      indexed(boards).flatMap(([index, { disks }]) =>
        disks.flatMap(({ erase }, at) =>
          erase === undefined
            ? []
            : [{ path: ['boards', index, 'disks', at, 'erase'], key: erase, what: `the serial number ${show(erase)}` }],
        ),
      ),
      'read each serial number from its own disk: "lsblk -o NAME,SERIAL" on the board shows it',
    );
  },
});

const erasedDisksKeepTheirNames = rule({
  code: 'DSK013',
  severity: 'error',
  title: 'a disk that may be erased has a name that does not stand on it',
  reason: 'a new file system has another UUID and label: the disk is not found again',
  keepsValue: true,
  reads: ['boards[].disks[].device', 'boards[].disks[].erase'],
  *check({ boards }) {
    for (const [index, { disks }] of indexed(boards)) {
      for (const [at, { device, erase }] of indexed(disks)) {
        if (erase === undefined || !/^\/dev\/disk\/by-(uuid|label)\//.test(device)) continue;
        yield {
          path: ['boards', index, 'disks', at, 'device'],
          other: ['boards', index, 'disks', at, 'erase'],
          message: `${device} is the name of a file system, which ends when the disk is erased`,
          hint: 'copy the name of the disk from "ls -l /dev/disk/by-id/" on the board',
        };
      }
    }
  },
});

const mountPointsAreUnique = rule({
  code: 'DSK003',
  severity: 'error',
  title: 'a board has one disk for the system and one for Longhorn at most',
  reason: 'both would be mounted at the same place, and one would hide the other',
  keepsValue: true,
  reads: ['boards[].disks[].purpose'],
  *check({ boards }) {
    for (const [index, { disks }] of indexed(boards)) {
      yield* duplicates(
        disks.flatMap(({ purpose }, at) =>
          manyPerBoard.has(purpose)
            ? []
            : [{ path: ['boards', index, 'disks', at, 'purpose'], key: purpose, what: `purpose '${purpose}'` }],
        ),
        'keep one of them and give the other another purpose',
      );
    }
  },
});

const devicesAreOfOneBoard = rule({
  code: 'DSK012',
  severity: 'warning',
  title: 'no two boards name the same device',
  reason: 'an id is that of one piece of hardware: it was copied from the other board, where the disk really is',
  reads: ['boards[].disks[].device'],
  *check({ boards }) {
    const first = new Map<string, Path>();
    for (const [index, { disks }] of indexed(boards)) {
      for (const [at, { device }] of indexed(disks)) {
        // Labels are given by people, often the same on each board.
        if (device.startsWith('/dev/disk/by-label/')) continue;
        const path = ['boards', index, 'disks', at, 'device'];
        const other = first.get(device);
        if (other === undefined) first.set(device, path);
        else if (other[1] !== index)
          yield {
            path,
            other,
            message: `${device} is also ${formatPath(other)}, a disk of another board`,
            hint: 'copy the id from "ls -l /dev/disk/by-id/" on this very board',
          };
      }
    }
  },
});

export const disks: Slice = {
  name: 'disks',
  rules: [
    disksAreUnique,
    mountPointsAreUnique,
    partsHaveOnePurpose,
    serialsAreUnique,
    erasedDisksKeepTheirNames,
    devicesAreOfOneBoard,
  ],
  requirements: (_config, { disks }) => (disks.length === 0 ? {} : { packages: ['e2fsprogs', 'udev', 'util-linux'] }),
};

type DiskConfig = z.output<typeof diskOptions>;

/** Where a disk of that purpose is mounted on its board. */
export function mountPoint({ name, purpose }: Pick<DiskConfig, 'name' | 'purpose'>): string {
  switch (purpose) {
    case 'dnas':
      return `/srv/dnas/${name}`;
    case 'backup':
      return `/srv/backup/${name}`;
    case 'longhorn':
      return '/var/lib/longhorn';
    case 'system':
      return '/var/lib/rancher';
  }
}

/** Owner of all files of all shares, on every board. */
export const dnasOwner = { name: 'dnas', uid: 1010, gid: 1010 };

/** How each purpose uses a disk. */
const uses = {
  // Nothing on it is a program of the board, and what people store there is nobody else's to read.
  dnas: {
    fileSystems: ['ext4', 'xfs', 'btrfs'],
    mountOptions: ['noatime', 'nodev', 'nosuid', 'noexec'],
    owner: { uid: dnasOwner.uid, gid: dnasOwner.gid, mode: '2771' },
  },
  backup: {
    fileSystems: ['ext4', 'xfs', 'btrfs'],
    mountOptions: ['noatime', 'nodev', 'nosuid', 'noexec'],
    owner: { uid: 0, gid: 0, mode: '0700' },
  },
  // Longhorn keeps its programs there (engine-binaries), and supports these two (its documentation, requirements).
  longhorn: {
    fileSystems: ['ext4', 'xfs'],
    mountOptions: ['noatime'],
    owner: { uid: 0, gid: 0, mode: '0755' },
  },
  // Containers run from there, some of them with programs of other users' rights.
  system: {
    fileSystems: ['ext4', 'xfs', 'btrfs'],
    mountOptions: ['noatime'],
    owner: { uid: 0, gid: 0, mode: '0755' },
  },
} as const satisfies Record<DiskConfig['purpose'], Pick<Disk, 'fileSystems' | 'mountOptions' | 'owner'>>;

export function planDisks(disks: readonly DiskConfig[]): Disk[] {
  return disks
    .map(({ name, device, purpose, erase = null }) => {
      const path = mountPoint({ name, purpose });
      return { name, device, purpose, mountPoint: path, mountUnit: mountUnit(path), ...uses[purpose], erase };
    })
    .sort(byName);
}

/** The name that systemd demands of the unit that mounts something there (systemd.unit(5), "String escaping"). */
export function mountUnit(path: string): string {
  const escaped = path
    .slice(1)
    .replace(/[^A-Za-z0-9:_./]/g, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`)
    .replaceAll('/', '-');
  return `${escaped}.mount`;
}
