import * as z from 'zod';
import type { Config } from './config.ts';
import { integer } from './fields.ts';
import { suggest } from './nearest.ts';
import { countOf, indexed, isComplete } from './pattern.ts';
import { listed } from './problems.ts';
import { type Rule, rule } from './rules.ts';
import { type Grouped, peopleOf } from './share-people.ts';
import { show } from './show.ts';

const versioningOptions = z.strictObject({
  kind: z
    .enum(['staggered', 'trash-can', 'none'])
    .default('staggered')
    .describe(
      '`staggered`: many versions of the last hours, ever fewer of the days and weeks before. `trash-can`: the last one only. `none`: what another device overwrites or deletes is gone.',
    ),
  days: integer(1, 3650)
    .default(180)
    .describe('For how many days they are kept at the longest, 1 to 3650: `staggered` thins them out before.'),
});

/** How a share is kept the same on boards and devices. */
export const shareSyncOptions = z
  .strictObject({
    enabled: z
      .boolean()
      .optional()
      .describe(
        'Whether it is synced. By default it is where there is somebody to sync with: a second board, a device of its people, or a peer elsewhere. A share for Time Machine never is.',
      ),
    devices: z
      .union([z.boolean(), z.array(z.string())], {
        error: "is neither true nor false nor a list: write true, false, or devices, for example ['alice/alice-phone']",
      })
      .default(true)
      .describe(
        'Which devices of its people are offered it, each `<person>/<device>`: `true` all, `false` none. A device takes what is offered when its owner agrees.',
      ),
    types: z
      .record(z.string(), z.enum(['send-receive', 'send-only', 'receive-only']))
      .default({})
      .describe(
        'What each board does, by its name: `{ elm: "receive-only" }` takes the changes of the others and spreads none of its own. By default each sends and receives. A device decides for itself, in its app.',
      ),
    versioning: versioningOptions
      .prefault({})
      .describe('What a board keeps of files that another device overwrote or deleted, in `.stversions`.'),
    ignore: z
      .array(
        z
          .string()
          .regex(/^[^\p{Cc}\s]([^\p{Cc}]*[^\p{Cc}\s])?$/u, 'is no pattern: write one line, without spaces at its ends'),
      )
      .default([])
      .describe('Files that stay where they are, as patterns of Syncthing: `/cache`, `*.tmp`.'),
    maxConflicts: integer(10, 1000)
      .default(50)
      .describe(
        'How many conflict copies of one file are kept, 10 to 1000: Syncthing deletes the oldest beyond. An alert comes before.',
      ),
    offsite: z
      .array(z.string())
      .default([])
      .describe('Names of the peers of `syncthing.offsite` that keep it, encrypted.'),
  })
  .prefault({})
  .describe('Keep it the same on boards and devices, peer to peer, by Syncthing.');

type Owner = Grouped & { readonly devices: readonly { readonly name: string }[] };

type SyncFields = {
  readonly on: readonly string[];
  readonly people: readonly string[];
  readonly groups: readonly string[];
  readonly timeMachine?: object | undefined;
  readonly sync: Pick<Config['shares'][number]['sync'], 'enabled' | 'devices' | 'offsite'>;
};

/** Whether a share is synced: asked for, or of use to somebody. The backup of a Mac never is. */
export function isSynced(share: SyncFields, people: readonly Owner[]): boolean {
  return share.timeMachine === undefined && (share.sync.enabled ?? hasPeers(share, people));
}

/** Whether the boards offer the share to a device of one of its people. */
export function isOffered(
  { sync }: SyncFields,
  owner: { readonly name: string },
  device: { readonly name: string },
): boolean {
  const { devices } = sync;
  return devices === true || (devices !== false && devices.includes(`${owner.name}/${device.name}`));
}

function hasPeers(share: SyncFields, people: readonly Owner[]): boolean {
  const { on, sync } = share;
  const members = peopleOf(share, people);
  const devices = people.filter(({ name }) => members.includes(name)).flatMap(({ devices }) => devices);
  const offersDevices = sync.devices === true ? devices.length > 0 : sync.devices !== false && sync.devices.length > 0;
  return on.length > 1 || offersDevices || sync.offsite.length > 0;
}

const devicesAreOfMembers = rule({
  code: 'ST013',
  severity: 'error',
  title: 'a share is offered to devices of its people only',
  reason: 'a device would have files that its owner may not open in any other way, or none would have them',
  reads: [
    'shares[].people',
    'shares[].groups',
    'shares[].sync.devices',
    'people[].name',
    'people[].groups',
    'people[].devices[].name',
  ],
  *check({ shares, people }) {
    if (!isComplete(people)) return;
    const devices = people.flatMap((person) => person.devices.flatMap(({ name }) => [`${person.name}/${name}`]));
    for (const [index, share] of indexed(shares)) {
      const { sync } = share;
      if (typeof sync.devices === 'boolean') continue;
      const members = peopleOf(share, people);
      for (const [at, device] of sync.devices.entries()) {
        const path = ['shares', index, 'sync', 'devices', at];
        const ofMembers = devices.filter((one) => members.includes(one.split('/')[0] ?? ''));
        const known =
          ofMembers.length > 0
            ? `devices of its people are ${listed(ofMembers.map((one) => `'${one}'`))}`
            : 'none of its people has a device: add it to people[].devices';
        if (!devices.includes(device))
          yield { path, message: `there is no device ${show(device)}`, hint: suggest(device, ofMembers, known) };
        else if (!ofMembers.includes(device))
          yield {
            path,
            other: ['shares', index, 'people'],
            message: `${show(device)} is of somebody who may not use the share`,
            hint: `add '${device.split('/')[0]}' to the people of the share, or take the device away`,
          };
      }
    }
  },
});

const offsitePeersExist = rule({
  code: 'ST014',
  severity: 'error',
  title: 'a share is given to peers elsewhere that exist',
  reason: 'its copy away from home would never be made',
  reads: ['shares[].sync.offsite', 'syncthing.offsite[].name'],
  *check({ shares, syncthing }) {
    if (!isComplete(syncthing.offsite)) return;
    const names = syncthing.offsite.flatMap(({ name }) => [name]);
    const known =
      names.length > 0
        ? `peers elsewhere are ${listed(names.map((name) => `'${name}'`))}`
        : "add it: syncthing: { offsite: [{ name: '…', device: '…' }] }";
    for (const [index, { sync }] of indexed(shares)) {
      for (const [at, peer] of sync.offsite.entries()) {
        if (names.includes(peer)) continue;
        yield {
          path: ['shares', index, 'sync', 'offsite', at],
          message: `there is no peer ${show(peer)} in syncthing.offsite`,
          hint: suggest(peer, names, known),
        };
      }
    }
  },
});

const syncHasPeers = rule({
  code: 'ST016',
  severity: 'error',
  title: 'a share that is synced has somebody to sync with',
  reason: 'it would be in one place only, and you would trust in a second',
  reads: ['shares[].on', 'shares[].people', 'shares[].groups', 'shares[].sync', 'people'],
  *check({ shares, people }) {
    for (const [index, share] of indexed(shares)) {
      if (share.sync.enabled !== true || hasPeers(share, people)) continue;
      yield {
        path: ['shares', index, 'sync', 'enabled'],
        message: 'the share is on one board, and no device and no peer elsewhere has it',
        hint: 'place it on a second board, give its people devices, or take enabled away',
      };
    }
  },
});

const typesNameBoards = rule({
  code: 'ST018',
  severity: 'error',
  title: 'only boards that hold a share have a type in its sync',
  reason: 'the type would be of no board, and the one that was meant goes on sending',
  reads: ['shares[].on', 'shares[].sync.types'],
  *check({ shares }) {
    for (const [index, { on, sync }] of indexed(shares)) {
      const boards = on.flatMap((place) => [place.split('/')[0] ?? place]);
      for (const board of Object.keys(sync.types)) {
        if (boards.includes(board)) continue;
        yield {
          path: ['shares', index, 'sync', 'types', board],
          message: `${show(board)} does not hold the share`,
          hint: suggest(board, boards, `boards that hold it are ${listed(boards.map((name) => `'${name}'`))}`),
        };
      }
    }
  },
});

const foldersHaveASource = rule({
  code: 'ST004',
  severity: 'error',
  title: 'a synced share has a board that sends and one that receives',
  reason: 'nothing would ever be the same: changes stay where they are made',
  reads: ['shares[].on', 'shares[].sync.types'],
  *check({ shares }) {
    for (const [index, { on, sync }] of indexed(shares)) {
      const types = on.flatMap((place) => [sync.types[place.split('/')[0] ?? place] ?? 'send-receive']);
      const [first] = types;
      if (first === undefined || first === 'send-receive' || types.length !== countOf(on)) continue;
      if (types.length < 2 || types.some((type) => type !== first)) continue;
      yield {
        path: ['shares', index, 'sync', 'types'],
        message: `every board is ${first}`,
        hint: `let one of them send and receive: take its line away`,
      };
    }
  },
});

const timeMachineIsNotSynced = rule({
  code: 'ST019',
  severity: 'error',
  title: 'a share for Time Machine is not synced',
  reason: 'a Mac writes to many files of its backup at once, and what arrives elsewhere is never a whole one',
  reads: ['shares[].timeMachine', 'shares[].sync'],
  *check({ shares }) {
    for (const [index, { timeMachine, sync }] of indexed(shares)) {
      if (timeMachine === undefined) continue;
      const wanted = {
        enabled: sync.enabled === true,
        devices: typeof sync.devices === 'object' && sync.devices.length > 0,
        offsite: sync.offsite.length > 0,
      };
      for (const [key, isWanted] of Object.entries(wanted)) {
        if (!isWanted) continue;
        yield {
          path: ['shares', index, 'sync', key],
          other: ['shares', index, 'timeMachine'],
          message: 'the share is for Time Machine, which cannot be synced',
          hint: `take ${key} away; a Mac can back up to a share on another board in turn`,
        };
      }
    }
  },
});

/** Beside a pattern: case does not matter, may be deleted, not ignored, at the root (docs.syncthing.net, "Ignoring Files"). */
const prefixes = /^(\(\?[id]\)|!|\/)*/;

const patternsLeaveFiles = rule({
  code: 'ST017',
  severity: 'error',
  title: 'patterns of what is not synced leave something to sync',
  reason: 'the boards would look as if they were in sync, with nothing on the second',
  reads: ['shares[].sync.ignore'],
  *check({ shares }) {
    for (const [index, { sync }] of indexed(shares)) {
      for (const [at, pattern] of sync.ignore.entries()) {
        const problem = judgePattern(pattern);
        if (problem !== undefined) yield { path: ['shares', index, 'sync', 'ignore', at], ...problem };
      }
    }
  },
});

function judgePattern(pattern: string): { message: string; hint: string } | undefined {
  const rest = pattern.replace(prefixes, '');
  if (pattern.startsWith('#') || pattern.startsWith('//'))
    return {
      message: `${show(pattern)} is a comment, or reads patterns from a file that everybody can change`,
      hint: 'write the patterns themselves',
    };
  if (/^[*/]*$/.test(rest))
    return {
      message: `${show(pattern)} leaves nothing to sync`,
      hint: "write what stays where it is, for example '/cache', or sync: { enabled: false }",
    };
  if (/^\.st(folder|ignore|versions)/.test(rest))
    return {
      message: `${show(pattern)} is Syncthing's own, which it never syncs`,
      hint: 'take the pattern away',
    };
  return undefined;
}

const versionsAreKept = rule({
  code: 'ST008',
  severity: 'warning',
  title: 'a synced share keeps old versions',
  reason: 'what one phone deletes or spoils is gone on every board within seconds',
  reads: ['shares[].on', 'shares[].people', 'shares[].groups', 'shares[].sync', 'shares[].timeMachine', 'people'],
  *check({ shares, people }) {
    for (const [index, share] of indexed(shares)) {
      if (share.sync.versioning.kind !== 'none' || !isSynced(share, people)) continue;
      yield {
        path: ['shares', index, 'sync', 'versioning', 'kind'],
        message: 'no board keeps what another device overwrites or deletes',
        hint: "take the line away, or write kind: 'trash-can'",
      };
    }
  },
});

/** All that is judged about the sync of shares. */
export const shareSyncRules: readonly Rule[] = [
  devicesAreOfMembers,
  offsitePeersExist,
  syncHasPeers,
  typesNameBoards,
  foldersHaveASource,
  timeMachineIsNotSynced,
  patternsLeaveFiles,
  versionsAreKept,
];
