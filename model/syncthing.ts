import * as z from 'zod';
import type { BoardConfig } from './boards.ts';
import type { Config } from './config.ts';
import { mountPoint } from './disks.ts';
import { duplicates } from './duplicates.ts';
import type { Person } from './facts/people.ts';
import type { SyncDevice, SyncFolder, SyncInstance, Syncthing } from './facts/syncthing.ts';
import { deviceId, name } from './fields.ts';
import { byName } from './order.ts';
import { indexed } from './pattern.ts';
import type { Port } from './requirements.ts';
import { rule } from './rules.ts';
import type { Secret } from './secrets.ts';
import { peopleOf } from './share-people.ts';
import { isOffered, isSynced, shareSyncRules } from './share-sync.ts';
import { placeOf, recycleFolder, type ShareConfig, sharePath } from './shares.ts';
import type { Slice } from './slice.ts';

const offsitePeer = z.strictObject({
  name: name
    .max(32, 'is longer than 32 characters: choose a shorter name')
    .describe('Name of the peer, which shares name it by.'),
  device: deviceId.describe("The peer's Syncthing ID, eight groups of seven characters."),
  address: z
    .string()
    .regex(
      /^(tcp|quic):\/\/[a-z0-9]([a-z0-9.-]*[a-z0-9])?:\d{2,5}$/,
      "is not an address of Syncthing: write for example 'tcp://sync.example.org:22000'",
    )
    .optional()
    .describe(
      'Where the boards reach it: `tcp://sync.example.org:22000`. Without it, the peer is looked for at home, or everywhere with `globalDiscovery`.',
    ),
});

export const syncthingOptions = z.strictObject({
  relays: z
    .boolean()
    .default(false)
    .describe(
      'Let devices away from home sync through the public relays of the Syncthing project: slow, encrypted from end to end, and the relays see who talks to whom.',
    ),
  globalDiscovery: z
    .boolean()
    .default(false)
    .describe(
      'Tell the discovery servers of the Syncthing project the address of the home, and ask them for that of devices.',
    ),
  natTraversal: z
    .boolean()
    .default(false)
    .describe('Open ports of the router by UPnP and NAT-PMP, and ask STUN servers for the address of the home.'),
  fromOutside: z
    .boolean()
    .default(false)
    .describe(
      'Let devices away from home reach the boards: the firewall opens port 22000 to the outside, and you forward it in the router to one board.',
    ),
  unknown: z
    .enum(['report', 'keep', 'remove'])
    .default('report')
    .describe(
      "What happens to folders, devices and shares with devices that somebody added on a board's own page: `report` keeps and names them at each run of the playbook, `keep` is silent, `remove` takes them out of Syncthing. Files stay in any case.",
    ),
  offsite: z
    .array(offsitePeer)
    .default([])
    .describe(
      'Peers elsewhere that are not trusted: they keep shares encrypted, and cannot read them. The password is a secret that only boards hold.',
    ),
});

/** Where Syncthing of every board listens, by TCP and by QUIC (lib/config/config.go, `DefaultTCPPort`). */
const port = 22000;

/** The secret whose value all peers elsewhere keep shares encrypted with. */
const offsiteSecret = 'syncthing-offsite';

export function planSyncthing({ syncthing }: Config): Syncthing {
  const { relays, globalDiscovery, natTraversal, fromOutside, unknown } = syncthing;
  return { relays, globalDiscovery, natTraversal, fromOutside, unknown, port };
}

/** Name of the secret with which a board is known to its peers. */
export function syncthingIdentity(board: string): string {
  return `syncthing-${board}`;
}

type PublicHalves = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * What Syncthing on the board shares with whom; `null` where it has no disk for shares.
 * @param publicHalves of the secrets: the device IDs of the boards. One that is not made yet is left out.
 */
export function planSync(
  config: Config,
  board: BoardConfig,
  people: readonly Person[],
  publicHalves: PublicHalves,
): SyncInstance | null {
  if (!board.disks.some(({ purpose }) => purpose === 'dnas')) return null;
  const idOf = (name: string) => publicHalves[syncthingIdentity(name)]?.['deviceId'] ?? null;
  const held = config.shares.filter((share) => isSynced(share, config.people) && placeOf(share, board) !== undefined);
  const peers = new Map<string, SyncDevice>();
  const folders = held.map((share): SyncFolder => {
    const others = peersOf(share, config, board, people, idOf);
    for (const peer of others) peers.set(peer.id, peer);
    const { types, versioning, ignore, maxConflicts } = share.sync;
    const disk = mountPoint({ name: placeOf(share, board)?.split('/')[1] ?? '', purpose: 'dnas' });
    return {
      id: `homecloud-${share.name}`,
      name: share.name,
      mountPoint: disk,
      path: sharePath(share, disk),
      type: types[board.name] ?? 'send-receive',
      devices: others.map(({ id, kind }) => ({ id, isEncrypted: kind === 'offsite' })),
      versioning,
      // What one board's visitors deleted is theirs to get back there, and comes to nobody else as new: nor does what is
      // left there when the share has no bin any more.
      ignore: [...filesOfOneMachine, `/${recycleFolder}`, ...ignore],
      maxConflicts,
    };
  });
  return { deviceId: idOf(board.name), folders: folders.sort(byName), devices: [...peers.values()].sort(byName) };
}

/** What programs leave beside files for themselves: it means nothing elsewhere, and makes conflicts. */
const filesOfOneMachine = ['(?d).DS_Store', '(?d)Thumbs.db', '(?d)desktop.ini', '(?d).~lock.*#', '(?d)~$*'];

/** Who has the share besides the board, in order of name. */
function peersOf(
  share: ShareConfig,
  { boards, syncthing }: Config,
  self: BoardConfig,
  people: readonly Person[],
  idOf: (board: string) => string | null,
): SyncDevice[] {
  const { offsite } = share.sync;
  const ofBoards = boards.flatMap((board): SyncDevice[] => {
    const id = idOf(board.name);
    if (board.name === self.name || id === null || placeOf(share, board) === undefined) return [];
    const addresses = ['tcp', 'quic'].map((protocol) => `${protocol}://${board.address}:${port}`);
    return [{ id, name: board.name, kind: 'board', addresses }];
  });
  const members = peopleOf(share, people);
  const ofPeople = people
    .filter(({ name }) => members.includes(name))
    .flatMap((person) =>
      person.devices
        .filter((device) => isOffered(share, person, device))
        .map(
          ({ name, syncthing: id }): SyncDevice => ({
            id,
            name: `${person.name}/${name}`,
            kind: 'person',
            addresses: ['dynamic'],
          }),
        ),
    );
  const elsewhere = syncthing.offsite
    .filter(({ name }) => offsite.includes(name))
    .map(
      ({ name, device, address = 'dynamic' }): SyncDevice => ({
        id: device,
        name,
        kind: 'offsite',
        addresses: [address],
      }),
    );
  return [...ofBoards, ...ofPeople, ...elsewhere].sort(byName);
}

const offsiteNamesAreUnique = rule({
  code: 'ST015',
  severity: 'error',
  title: 'each peer elsewhere has a name of its own',
  reason: 'a share would be given to another peer than meant',
  reads: ['syncthing.offsite[].name'],
  *check({ syncthing }) {
    yield* duplicates(
      indexed(syncthing.offsite).map(([index, { name }]) => ({
        path: ['syncthing', 'offsite', index, 'name'],
        key: name,
        what: `"${name}"`,
      })),
      'give each peer its own name',
    );
  },
});

/** What the outside reaches through the router's forward. */
const outside: readonly Port[] = (['tcp', 'udp'] as const).map((protocol) => ({
  port,
  protocol,
  from: 'router',
  purpose: 'Syncthing for devices away from home',
}));

export const syncthing: Slice = {
  name: 'syncthing',
  rules: [offsiteNamesAreUnique, ...shareSyncRules],
  secrets: ({ boards, shares, people }) => {
    const holders = boards.filter((board) =>
      shares.some(
        (share) => share.sync.offsite.length > 0 && isSynced(share, people) && placeOf(share, board) !== undefined,
      ),
    );
    if (holders.length === 0) return [];
    return [
      {
        name: offsiteSecret,
        purpose: 'peers elsewhere keep shares encrypted with it',
        source: { kind: 'token' },
        places: [{ in: 'boards', variable: 'vault_syncthing_offsite_password', part: 'token' }],
        rotation:
          'the playbook site. Each peer elsewhere must be emptied first: what it has was encrypted with the one before.',
        onBoards: holders.map(({ name }) => name).sort(),
      } satisfies Secret,
    ];
  },
  requirements: ({ syncthing }, board) =>
    syncthing.fromOutside && board.disks.some(({ purpose }) => purpose === 'dnas') ? { ports: outside } : {},
};
