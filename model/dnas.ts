import type { BoardConfig } from './boards.ts';
import type { Config } from './config.ts';
import { dnasOwner, mountPoint, mountUnit } from './disks.ts';
import type { Dnas, DnasInstance, InstanceShare, WatchedDisk } from './facts/dnas.ts';
import type { Person } from './facts/people.ts';
import { atHome, type Flow, tcp } from './flows.ts';
import { cloudMarker, cloudShareName, cloudUser, hasCloudShares } from './nextcloud-shares.ts';
import { byName } from './order.ts';
import { addRequirements, type Requirements } from './requirements.ts';
import type { Resources } from './resources.ts';
import { type Secret, vaultVariable } from './secrets.ts';
import { peopleOf } from './share-people.ts';
import { shareRules } from './share-rules.ts';
import { defaultRecycleDays, exportId, nextcloudBoardOf, placeOf, type ShareConfig, sharePath } from './shares.ts';
import type { Slice } from './slice.ts';
import { syncthingIdentity } from './syncthing.ts';

/** Folder that holds the mount points of all dnas disks of a board (design §11). */
const root = '/srv/dnas';

/** Of Samba and of the NFS server on one board: a home's few clients at once. */
const sambaResources: Resources = { cpuRequest: '50m', memoryRequest: '48Mi', memoryLimit: '256Mi' };
const nfsResources: Resources = { cpuRequest: '50m', memoryRequest: '64Mi', memoryLimit: '256Mi' };

/**
 * What Syncthing asks of a board that has a disk for shares. It watches each folder: the kernel gives a user 8192
 * watches on a small board, and a home has more folders than that (docs.syncthing.net, "inotify limits"). The same user
 * watches those that Nextcloud shows once more (role `share_changes`); where all are taken, both fall back to looking at times.
 */
const syncthing: Partial<Requirements> = {
  sysctls: { 'fs.inotify.max_user_watches': 1048576 },
  ports: [
    { port: 22000, protocol: 'tcp', from: 'home', purpose: 'Syncthing' },
    { port: 22000, protocol: 'udp', from: 'home', purpose: 'Syncthing by QUIC' },
    { port: 21027, protocol: 'udp', from: 'home', purpose: 'discovery of Syncthing in the home network' },
  ],
};

/** What announces shares (RFC 6762; OASIS WS-Discovery 1.1, "Protocol Assignments"). */
const discovery: Partial<Requirements> = {
  ports: [
    { port: 5353, protocol: 'udp', from: 'home', purpose: 'names and shares for Mac, iPhone and Linux (Avahi)' },
    { port: 3702, protocol: 'udp', from: 'home', purpose: 'shares for Windows (wsdd2)' },
    { port: 3702, protocol: 'tcp', from: 'home', purpose: 'what Windows asks about the board (wsdd2)' },
  ],
};

const usersSecretName = 'dnas-users';

const namespace = 'dnas';

const ports = { smb: 445, nfs: 2049 };

export function planDnas(): Dnas {
  return {
    namespace,
    owner: dnasOwner,
    root,
    marker: '.homecloud-disk',
    ports,
    usersSecretName,
    nextcloudUser: cloudUser,
    sambaResources,
    nfsResources,
  };
}

/** What the board serves, or `null` when it holds no share. */
export function planInstance({ shares }: Config, board: BoardConfig, people: readonly Person[]): DnasInstance | null {
  const held = shares
    .flatMap((share) => {
      const place = placeOf(share, board);
      return place === undefined ? [] : [planShare(share, board, place, people)];
    })
    .sort(byName);
  if (held.length === 0) return null;
  const members = new Set(held.flatMap((share) => (share.smb === null ? [] : share.people)));
  return {
    mountPoints: [...new Set(held.map(({ mountPoint }) => mountPoint))].sort(),
    shares: held,
    watchedDisks: watchedDisks(held),
    people: people.filter(({ name }) => members.has(name)),
  };
}

function watchedDisks(held: readonly InstanceShare[]): WatchedDisk[] {
  const shown = held.filter(({ nextcloud }) => nextcloud !== null);
  return [...new Set(shown.map(({ mountPoint }) => mountPoint))].sort().map((mountPoint) => ({
    name: mountPoint.slice(root.length + 1),
    mountPoint,
    mountUnit: mountUnit(mountPoint),
    shares: shown.filter((share) => share.mountPoint === mountPoint).map(({ name, path }) => ({ name, path })),
  }));
}

function planShare(share: ShareConfig, board: BoardConfig, place: string, people: readonly Person[]): InstanceShare {
  const disk = mountPoint({ name: place.split('/')[1] ?? '', purpose: 'dnas' });
  return {
    name: share.name,
    mountPoint: disk,
    path: sharePath(share, disk),
    people: peopleOf(share, people),
    smb: share.smb
      ? {
          guests: share.guests,
          recycleDays: share.recycleBin?.days ?? null,
          timeMachineSize: share.timeMachine?.size ?? null,
        }
      : null,
    nfs: share.nfs
      ? { exportId: exportId(share), clients: [...share.nfs.clients].sort(), readOnly: share.nfs.readOnly }
      : null,
    nextcloud:
      nextcloudBoardOf(share) === board.name
        ? {
            name: cloudShareName(share.name),
            marker: cloudMarker,
            recycleDays: share.recycleBin?.days ?? defaultRecycleDays,
          }
        : null,
  };
}

/** The shares of which a board holds a copy. */
function heldBy(board: BoardConfig, shares: readonly ShareConfig[]): ShareConfig[] {
  return shares.filter((share) => placeOf(share, board) !== undefined);
}

/** Ports of SMB and NFS, as shares need them. */
function portsOf(shares: readonly ShareConfig[]): number[] {
  return [
    ...(shares.some(({ smb }) => smb) ? [ports.smb] : []),
    ...(shares.some(({ nfs }) => nfs !== undefined) ? [ports.nfs] : []),
  ];
}

const nextcloudAccount: Secret = {
  name: 'samba-nextcloud',
  purpose: 'the boards mount with it what Nextcloud shows of the shares',
  source: { kind: 'token' },
  places: [
    { in: 'cluster', namespace, secret: usersSecretName, key: cloudUser.name, part: 'token' },
    { in: 'boards', variable: vaultVariable('share_mounts', 'password'), part: 'token' },
  ],
  rotation:
    'push; when Flux has applied it, "kubectl -n dnas rollout restart deployment", and the playbook site: in between Nextcloud says that the shares are not available.',
};

export const dnas: Slice = {
  name: 'dnas',
  rules: shareRules,
  namespaces: ({ shares }) =>
    shares.length === 0
      ? []
      : [
          {
            name: namespace,
            capability: 'dnas',
            podSecurity: 'privileged',
            reason: 'the pods mount folders of the board and open ports of the board',
          },
        ],
  flows: ({ boards, shares, network }) =>
    boards.flatMap((board): Flow[] => {
      const open = portsOf(heldBy(board, shares));
      if (open.length === 0) return [];
      return [
        {
          name: `visitors-to-dnas-${board.name}`,
          from: atHome(network),
          to: { namespace, labels: { 'app.kubernetes.io/name': 'dnas', 'app.kubernetes.io/instance': board.name } },
          ports: tcp(...open),
          reason: 'people open shares from any machine at home; the port of the board leaves its address as it is',
        },
      ];
    }),
  secrets: ({ shares, boards, people, nextcloud }) => {
    const members = new Set(shares.flatMap((share) => (share.smb ? peopleOf(share, people) : [])));
    const withDisks = boards.filter(({ disks }) => disks.some(({ purpose }) => purpose === 'dnas'));
    return [
      ...[...members].sort().map(
        (person): Secret => ({
          name: `samba-${person}`,
          purpose: `${person} opens shares by SMB with it`,
          source: { kind: 'password', user: person },
          places: [{ in: 'cluster', namespace, secret: usersSecretName, key: person, part: 'password' }],
          rotation:
            'push; when Flux has applied it, "kubectl -n dnas rollout restart deployment": who has a share open is cut off for seconds.',
        }),
      ),
      ...(hasCloudShares({ shares, nextcloud }) ? [nextcloudAccount] : []),
      ...withDisks
        .map(({ name }) => name)
        .sort()
        .map(
          (board): Secret => ({
            name: syncthingIdentity(board),
            purpose: `${board} is known to its Syncthing peers by it`,
            source: { kind: 'syncthing-identity' },
            places: [
              { in: 'boards', variable: vaultVariable('syncthing', board, 'certificate'), part: 'certificate' },
              { in: 'boards', variable: vaultVariable('syncthing', board, 'key'), part: 'key' },
            ],
            rotation: 'the playbook site. Every device that syncs with the board must be told its new ID.',
            onBoards: [board],
          }),
        ),
    ];
  },
  requirements: ({ shares, network }, board) => {
    const held = heldBy(board, shares);
    return addRequirements([
      board.disks.some(({ purpose }) => purpose === 'dnas') ? syncthing : {},
      held.length > 0 && network.discovery ? discovery : {},
      held.some(({ smb }) => smb)
        ? {
            containers: [{ name: 'samba', resources: sambaResources }],
            ports: [{ port: ports.smb, protocol: 'tcp', from: 'home', purpose: 'shares by SMB (Samba)' }],
          }
        : {},
      held.some(({ nfs }) => nfs !== undefined)
        ? {
            containers: [{ name: 'nfs', resources: nfsResources }],
            ports: [{ port: ports.nfs, protocol: 'tcp', from: 'home', purpose: 'shares by NFS' }],
          }
        : {},
    ]);
  },
};
