import { isWithin, networkAddress, prefixLength } from './addresses.ts';
import { duplicates } from './duplicates.ts';
import { suggest } from './nearest.ts';
import { indexed, isComplete } from './pattern.ts';
import { listed } from './problems.ts';
import { eachOnce } from './references.ts';
import { type Rule, rule } from './rules.ts';
import { sharePeopleRules } from './share-people.ts';
import { exportId } from './shares.ts';

/** Names that mean something else to Samba (smb.conf, "special sections") and to Windows. */
const reservedShareNames = new Set([
  'global',
  'homes',
  'printers',
  'print',
  'ipc',
  'admin',
  'con',
  'nul',
  'aux',
  'prn',
  ...Array.from({ length: 9 }, (_none, index) => [`com${index + 1}`, `lpt${index + 1}`]).flat(),
]);

const shareNamesAreUnique = rule({
  code: 'DNAS017',
  severity: 'error',
  title: 'each share has a name of its own',
  reason: 'one folder would be seen in place of the other',
  reads: ['shares[].name'],
  *check({ shares }) {
    yield* duplicates(
      indexed(shares).map(([index, { name }]) => ({ path: ['shares', index, 'name'], key: name, what: `"${name}"` })),
      'give each share its own name',
    );
  },
});

const shareNamesAreFree = rule({
  code: 'DNAS003',
  severity: 'error',
  title: 'no share has a name that Samba or Windows use otherwise',
  reason: 'Samba takes such a share for one of its special sections, and Windows cannot open it',
  keepsValue: true,
  reads: ['shares[].name'],
  *check({ shares }) {
    for (const [index, { name }] of indexed(shares)) {
      if (!reservedShareNames.has(name)) continue;
      yield {
        path: ['shares', index, 'name'],
        message: `"${name}" has a meaning of its own for Samba or Windows`,
        hint: `choose another name, for example name: 'our-${name}'`,
      };
    }
  },
});

const placesExist = rule({
  code: 'DNAS001',
  severity: 'error',
  title: 'a share is placed on disks of purpose dnas that exist, once each board',
  reason: 'the share would be served from nowhere',
  reads: ['shares[].on[]', 'boards[].name', 'boards[].disks[].name', 'boards[].disks[].purpose'],
  *check({ shares, boards }) {
    const byName = new Map(indexed(boards).map(([, board]) => [board.name, board]));
    const candidates = boards.flatMap(({ name, disks }) =>
      disks.flatMap((disk) => (disk.purpose === 'dnas' ? [`${name}/${disk.name}`] : [])),
    );
    const known =
      candidates.length > 0
        ? `disks with purpose: 'dnas' are ${listed(candidates.map((place) => `'${place}'`))}`
        : "no disk has purpose: 'dnas' yet";
    /** What is wrong with a place, and what of it; `undefined` when it is right, or cannot be told. */
    const judge = (place: string) => {
      const [boardName = '', diskName = ''] = place.split('/');
      const board = byName.get(boardName);
      if (board === undefined) {
        if (!isComplete(boards)) return undefined;
        return { key: boardName, message: `there is no board "${boardName}"`, hint: suggest(place, candidates, known) };
      }
      const disk = indexed(board.disks).find(([, { name }]) => name === diskName)?.[1];
      if (disk?.purpose === 'dnas' || (disk === undefined && !isComplete(board.disks))) return undefined;
      if (disk === undefined)
        return { key: place, message: `there is no disk "${place}"`, hint: suggest(place, candidates, known) };
      return {
        key: place,
        message: `the disk "${place}" has purpose '${disk.purpose}', and shares need purpose 'dnas'`,
        hint: known,
      };
    };
    const places = indexed(shares).flatMap(([index, { on }]) =>
      on.flatMap((place, at) => [{ path: ['shares', index, 'on', at], value: place }]),
    );
    yield* eachOnce(places, judge);
    for (const [index, { on }] of indexed(shares)) {
      yield* duplicates(
        on.flatMap((place, at) =>
          judge(place) === undefined
            ? [
                {
                  path: ['shares', index, 'on', at],
                  key: place.split('/')[0] ?? place,
                  what: `the board of "${place}"`,
                },
              ]
            : [],
        ),
        'a board holds a share once: keep one of its disks',
      );
    }
  },
});

const sharesAreServed = rule({
  code: 'DNAS016',
  severity: 'error',
  title: 'a share is served by a protocol',
  reason: 'nobody could reach it',
  reads: ['shares[].smb', 'shares[].nfs'],
  *check({ shares }) {
    for (const [index, { smb, nfs }] of indexed(shares)) {
      if (smb || nfs !== undefined) continue;
      yield {
        path: ['shares', index, 'smb'],
        message: 'the share is served neither by SMB nor by NFS',
        hint: "take smb: false away, or add nfs: { clients: ['<the home network>'] }",
      };
    }
  },
});

const nfsStaysAtHome = rule({
  code: 'DNAS009',
  severity: 'error',
  title: 'NFS is served to networks of the home only',
  reason: 'NFS has no passwords: who reaches it reads and writes',
  reads: ['network.subnet', 'shares[].nfs.clients[]'],
  *check({ shares, network }) {
    for (const [index, { nfs }] of indexed(shares)) {
      if (nfs === undefined) continue;
      for (const [at, client] of indexed(nfs.clients)) {
        if (isWithin(client, network.subnet)) continue;
        yield {
          path: ['shares', index, 'nfs', 'clients', at],
          other: ['network', 'subnet'],
          message: `${client} is not inside network.subnet, ${network.subnet}`,
          hint: `write clients: ['${network.subnet}'], or single machines of it, each with /32`,
        };
      }
    }
  },
});

const smbOptionsNeedSmb = rule({
  code: 'DNAS030',
  severity: 'error',
  title: 'what is said about SMB is said of a share that is served by SMB',
  reason: 'it would do nothing',
  reads: ['shares[].smb', 'shares[].guests', 'shares[].recycleBin', 'shares[].timeMachine'],
  *check({ shares }) {
    for (const [index, share] of indexed(shares)) {
      if (share.smb) continue;
      for (const key of ['guests', 'recycleBin', 'timeMachine'] as const) {
        if (share[key] === undefined || share[key] === false) continue;
        yield {
          path: ['shares', index, key],
          other: ['shares', index, 'smb'],
          message: `${key} is about SMB, and the share is not served by SMB`,
          hint: `take ${key} away, or take smb: false away`,
        };
      }
    }
  },
});

const timeMachineIsAlone = rule({
  code: 'DNAS031',
  severity: 'error',
  title: 'a share for Time Machine is for nothing else',
  reason: 'a Mac keeps its backup open and locked as no other protocol sees it, and half a copy of it is none',
  reads: ['shares[].timeMachine', 'shares[].nfs', 'shares[].guests', 'shares[].recycleBin', 'shares[].on[]'],
  *check({ shares }) {
    for (const [index, { timeMachine, nfs, guests, recycleBin, on }] of indexed(shares)) {
      if (timeMachine === undefined) continue;
      const path = ['shares', index, 'timeMachine'];
      const others = { nfs: nfs !== undefined, guests, recycleBin: recycleBin !== undefined };
      for (const [key, isSet] of Object.entries(others)) {
        if (!isSet) continue;
        yield {
          path,
          other: ['shares', index, key],
          message: `the share is for Time Machine, and has ${key}`,
          hint: `take ${key} away, and give the other files a share of their own`,
        };
      }
      const places = indexed(on).map(([, place]) => place);
      if (places.length > 1) {
        yield {
          path,
          other: ['shares', index, 'on'],
          message: `the share is for Time Machine, and stands on ${places.length} boards`,
          hint: `keep one of them: on: ['${places[0]}']; a Mac can back up to several shares in turn`,
        };
      }
    }
  },
});

const exportIdsAreUnique = rule({
  code: 'DNAS010',
  severity: 'error',
  title: 'each NFS export has a number of its own',
  reason: 'clients would see one folder in place of another',
  reads: ['shares[].name', 'shares[].nfs.exportId'],
  *check({ shares }) {
    yield* duplicates(
      shares.flatMap((share, index) => {
        if (share.nfs === undefined) return [];
        const path = ['shares', index, 'nfs', ...(share.nfs.exportId === undefined ? [] : ['exportId'])];
        return [{ path, key: exportId(share), what: `the export number ${exportId(share)}` }];
      }),
      'give one of the two another number, from 1 to 65535: nfs: { …, exportId: 8 }',
    );
  },
});

const nfsStandsAlone = rule({
  code: 'DNAS032',
  severity: 'warning',
  title: 'no NFS share for a whole network stands on a disk with shares that its machines may not use',
  reason: 'NFS names files by handles: a machine that makes them up reaches the whole disk, whatever it may mount',
  reads: ['shares[].name', 'shares[].on[]', 'shares[].nfs.clients[]', 'shares[].nfs.readOnly'],
  *check({ shares }) {
    const all = indexed(shares).map(([index, { name, nfs, on }]) => ({
      index,
      name,
      nfs: nfs && { clients: indexed(nfs.clients).map(([, client]) => client), readOnly: nfs.readOnly },
      places: indexed(on).map(([, place]) => place),
    }));
    for (const { index, nfs, places } of all) {
      // What is not in the form of a network may be meant as a machine: NET001 asks.
      const isNetwork = (client: string) =>
        prefixLength(client) < 32 && client.startsWith(`${networkAddress(client)}/`);
      const networks = nfs?.clients.filter(isNetwork) ?? [];
      if (nfs === undefined || networks.length === 0) continue;
      const others = all.filter((other) => other.index !== index && !isAsOpen(other.nfs, nfs));
      const shared = places.filter((place) => others.some((other) => other.places.includes(place)));
      if (shared.length === 0) continue;
      const beside = others.filter((other) => other.places.some((place) => shared.includes(place)));
      yield {
        path: ['shares', index, 'nfs'],
        message: `is for all of ${listed(networks)}, and shares ${listed(shared)} with ${listed(beside.map(({ name }) => name))}: a machine that is made to can reach those, too`,
        hint: `name the machines that mount it, each by its fixed address: nfs: { clients: ['<address>/32'] }; or give it a disk of its own`,
      };
    }
  },
});

type Nfs = { readonly clients: readonly string[]; readonly readOnly: boolean };

/** Whether all that a share lets do, another lets do to the same machines. */
function isAsOpen(other: Nfs | undefined, nfs: Nfs): boolean {
  if (other === undefined || (other.readOnly && !nfs.readOnly)) return false;
  return nfs.clients.every((client) => other.clients.some((network) => isWithin(client, network)));
}

/** All that is judged about shares, in the order in which it is told. */
export const shareRules: readonly Rule[] = [
  shareNamesAreUnique,
  shareNamesAreFree,
  placesExist,
  ...sharePeopleRules,
  sharesAreServed,
  nfsStaysAtHome,
  exportIdsAreUnique,
  smbOptionsNeedSmb,
  timeMachineIsAlone,
  nfsStandsAlone,
];
