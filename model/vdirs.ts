import { pins } from '../imports/versions.ts';
import type { BoardConfig } from './boards.ts';
import type { Config } from './config.ts';
import { mountPoint, mountUnit } from './disks.ts';
import type { Vdir } from './facts/vdirs.ts';
import { suggest } from './nearest.ts';
import { indexed } from './pattern.ts';
import { listed } from './problems.ts';
import { rule } from './rules.ts';
import { saidOf } from './share-people.ts';
import { placeOf, sharePath } from './shares.ts';
import type { Slice } from './slice.ts';

/**
 * The board that syncs the vdir: one alone, two would take each other's writes for those of a person. By default the first
 * by name, wherever it stands in the list.
 */
function boardOf(vdir: { readonly board?: string | undefined }, share: { readonly on: readonly string[] }): string {
  return vdir.board ?? share.on.map((place) => place.split('/')[0] ?? '').sort()[0] ?? '';
}

/** The vdirs that the board syncs with the server; none without one. */
export function planVdirs({ people, shares, nextcloud }: Config, board: BoardConfig): Vdir[] {
  if (!nextcloud.enabled) return [];
  return people
    .flatMap(({ name: person, vdir }): Vdir[] => {
      const share = shares.find(({ name }) => name === vdir?.share);
      const place = share && placeOf(share, board);
      if (vdir === undefined || share === undefined || place === undefined) return [];
      if (boardOf(vdir, share) !== board.name) return [];
      const disk = mountPoint({ name: place.slice(board.name.length + 1), purpose: 'dnas' });
      return [
        { person, share: share.name, folder: sharePath(share, disk), mountPoint: disk, mountUnit: mountUnit(disk) },
      ];
    })
    .sort((a, b) => (a.person < b.person ? -1 : 1));
}

const sharesArePrivate = rule({
  code: 'VDIR001',
  severity: 'error',
  title: 'contacts and calendars of a person lie in a share of that person alone',
  reason: 'who reads the share reads them, and who writes it changes them on the server',
  reads: ['people[].name', 'people[].vdir.share'],
  readsAll: ['shares[].name', 'shares[].people', 'shares[].groups', 'shares[].guests', 'shares[].timeMachine'],
  *check({ people, shares }) {
    const all = indexed(shares);
    const names = all.map(([, { name }]) => name);
    for (const [index, { name, vdir }] of indexed(people)) {
      if (vdir === undefined) continue;
      const path = ['people', index, 'vdir', 'share'];
      const [at, share] = all.find(([, share]) => share.name === vdir.share) ?? [];
      if (at === undefined || share === undefined) {
        const known = names.length > 0 ? `shares are ${listed(names.map((it) => `'${it}'`))}` : 'add it to shares';
        yield { path, message: `there is no share "${vdir.share}"`, hint: suggest(vdir.share, names, known) };
        continue;
      }
      // A group of one is a group: whoever comes into it, also in Nextcloud, would read them.
      if (share.people.length !== 1 || share.people[0] !== name || share.groups.length > 0) {
        yield {
          path,
          other: ['shares', at, share.groups.length > 0 ? 'groups' : 'people'],
          message: `${vdir.share} is for ${saidOf(share)}: it must be for ${name} alone`,
          hint: `give ${name} a share of their own: people: ['${name}']`,
        };
      }
      for (const key of ['guests', 'timeMachine'] as const) {
        if (share[key] === undefined || share[key] === false) continue;
        yield {
          path,
          other: ['shares', at, key],
          message: `${vdir.share} has ${key}`,
          hint: `take ${key} away, or give ${name} another share for contacts and calendars`,
        };
      }
    }
  },
});

const boardsHoldThem = rule({
  code: 'VDIR002',
  severity: 'error',
  title: 'contacts and calendars are synced by a board that holds their share, and sends and receives it',
  reason: 'a board without the files, or one that keeps changes to itself, syncs nothing',
  reads: ['people[].vdir.share', 'people[].vdir.board'],
  readsAll: ['shares[].name', 'shares[].on', 'shares[].sync.types'],
  *check({ people, shares }) {
    for (const [index, { vdir }] of indexed(people)) {
      const [at, share] = indexed(shares).find(([, { name }]) => name === vdir?.share) ?? [];
      if (vdir === undefined || at === undefined || share === undefined) continue;
      const holders = share.on.map((place) => place.split('/')[0] ?? '');
      const board = boardOf(vdir, share);
      if (!holders.includes(board)) {
        yield {
          path: ['people', index, 'vdir', 'board'],
          other: ['shares', at, 'on'],
          message: `${board} does not hold ${vdir.share}, which is on ${listed(share.on)}`,
          hint: suggest(board, holders, `take board away, or write one of ${listed(holders.map((it) => `'${it}'`))}`),
        };
        continue;
      }
      const type = share.sync.types[board] ?? 'send-receive';
      if (type === 'send-receive') continue;
      yield {
        path: ['people', index, 'vdir'],
        other: ['shares', at, 'sync', 'types', board],
        message: `${board} syncs contacts and calendars, and is ${type} for ${vdir.share}`,
        hint: `write '${board}': 'send-receive', or name another board of the share: vdir: { share: '${vdir.share}', board: '<board>' }`,
      };
    }
  },
});

const serverIsThere = rule({
  code: 'VDIR003',
  severity: 'error',
  title: 'contacts and calendars as files have a server, which the boards trust',
  reason: 'they would be synced with nothing, or with whoever says that it is the server',
  reads: ['people[].vdir'],
  readsAll: ['nextcloud.enabled', 'certificates.mode', 'certificates.staging'],
  *check({ people, nextcloud, certificates }) {
    for (const [index, { vdir }] of indexed(people)) {
      if (vdir === undefined) continue;
      const path = ['people', index, 'vdir'];
      if (!nextcloud.enabled) {
        yield {
          path,
          other: ['nextcloud', 'enabled'],
          message: 'contacts and calendars are synced with Nextcloud, which is off',
          hint: 'write nextcloud: { enabled: true }, or take vdir away',
        };
        return;
      }
      const { mode, staging } = certificates;
      const isStaged = staging && mode.startsWith('acme-');
      if (mode !== 'none' && !isStaged) continue;
      yield {
        path,
        other: ['certificates', isStaged ? 'staging' : 'mode'],
        message: isStaged
          ? 'the certificate of the server is from a test authority, which no board trusts'
          : 'certificates.mode is none: no board can tell that the server is the server',
        hint: isStaged ? 'take staging away' : "write mode: 'private-ca'",
      };
      return;
    }
  },
});

/**
 * Versions that cannot make an app password by `occ`: `user:auth-tokens:add` asks for an option of a later version, and ends
 * (nextcloud/server #63988). The change that brought it, #63555, is younger than 34.0.3.
 */
const withoutTokens = ['33.0.9'];

const tokensCanBeMade = rule({
  code: 'VDIR004',
  severity: 'warning',
  title: 'Nextcloud can make the credential of contacts and calendars as files',
  reason: 'the board that syncs them may not ask the server, and nothing is synced',
  reads: ['people[].name', 'people[].vdir', 'nextcloud.enabled', 'versions.nextcloud.version'],
  *check({ people, nextcloud, versions }) {
    const version = versions.nextcloud?.version;
    const numbers = version?.replace(/^v/, '').split('-')[0];
    if (!nextcloud.enabled || numbers === undefined || !withoutTokens.includes(numbers)) return;
    for (const [index, { name, vdir }] of indexed(people)) {
      if (vdir === undefined) continue;
      yield {
        path: ['versions', 'nextcloud', 'version'],
        other: ['people', index, 'vdir'],
        message: `is ${version}, which cannot make the app password that contacts and calendars of ${name} are synced with`,
        hint: `take it away: the home then has ${pins.nextcloud.version}, which can`,
      };
      return;
    }
  },
});

export const vdirs: Slice = {
  name: 'vdirs',
  rules: [sharesArePrivate, boardsHoldThem, serverIsThere, tokensCanBeMade],
};
