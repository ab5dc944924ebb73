import * as z from 'zod';
import type { Config } from './config.ts';
import { duplicates } from './duplicates.ts';
import type { Person } from './facts/people.ts';
import { bytes, deviceId, email, integer, name } from './fields.ts';
import { byName } from './order.ts';
import { indexed } from './pattern.ts';
import { photosOptions, planPhotos } from './photos.ts';
import { rule } from './rules.ts';
import { type Secret, vaultVariable } from './secrets.ts';
import type { Slice } from './slice.ts';

/** First and last uid of a person: above the system's and `dnas`'s accounts, below what systemd gives away (UIDS-GIDS). */
const uids = { first: 2000, last: 59999 } as const;

const deviceOptions = z.strictObject({
  name: name.describe('Name of the device: `alice-phone`.'),
  syncthing: deviceId.describe("The device's Syncthing ID, eight groups of seven characters."),
  camera: z
    .boolean()
    .default(true)
    .describe(
      'Whether pictures are taken with it: `false` for a computer. Those of a camera come into a share on one way.',
    ),
});

const vdirOptions = z.strictObject({
  share: name.describe(
    'Name of a share of this person alone, in whose folders `contacts` and `calendars` each contact, event and task is a file.',
  ),
  board: name
    .optional()
    .describe('The board that keeps them the same. By default the first, by name, of those that hold the share.'),
});

const personOptions = z.strictObject({
  name: name
    .max(32, 'is longer than 32 characters: choose a shorter name')
    .describe('Account name, the same in every service: `alice`.'),
  uid: integer(uids.first, uids.last).describe(
    `Number of the account, never given to somebody else, ${uids.first} to ${uids.last}.`,
  ),
  fullName: z
    .string()
    .min(1, 'is empty: take the key away, or write a text')
    .optional()
    .describe('Name as people write it. By default `name`.'),
  email: email.optional().describe('E-mail address, for password resets and shares.'),
  quota: bytes.optional().describe('Space in Nextcloud: `50GiB`. By default it stays as somebody set it there.'),
  language: z
    .string()
    .regex(/^[a-z]{2,3}(_[A-Z]{2})?$/, "is not a language: write it as Nextcloud does, for example 'fr' or 'pt_BR'")
    .optional()
    .describe('Language of Nextcloud: `fr`, `pt_BR`. By default what the browser asks for, or what they chose.'),
  groups: z
    .array(name)
    .default([])
    .describe(
      'Groups of the person: `family`. Shares are given to them (`shares[].groups`), and Nextcloud has them: they are made there where they are missing. `admin` makes an administrator of Nextcloud.',
    ),
  devices: z.array(deviceOptions).default([]).describe('Phones and computers that sync peer to peer.'),
  photos: photosOptions
    .optional()
    .describe('Where the pictures of their phone go, and how. By default people upload what and where they like.'),
  vdir: vdirOptions
    .optional()
    .describe('Contacts and calendars also as files, kept the same as in Nextcloud. By default they are there alone.'),
});

export const peopleOptions = z.array(personOptions).prefault([]).describe('Everyone who has an account at home.');

const peopleAreUnique = rule({
  code: 'PPL001',
  severity: 'error',
  title: 'each person has a name and a number of their own',
  reason: 'files of one person open for another who has the same number',
  reads: ['people[].name', 'people[].uid'],
  *check({ people }) {
    yield* duplicates(
      indexed(people).map(([index, { name }]) => ({ path: ['people', index, 'name'], key: name, what: `"${name}"` })),
      'give each person their own name',
    );
    yield* duplicates(
      indexed(people).map(([index, { uid }]) => ({ path: ['people', index, 'uid'], key: uid, what: String(uid) })),
      'give each person a number that was never used before',
    );
  },
});

const namesAreNotTaken = rule({
  code: 'PPL002',
  severity: 'error',
  title: "no person has the name of a system's account",
  reason: 'the account exists already, with other rights',
  keepsValue: true,
  reads: ['people[].name'],
  *check({ people }) {
    for (const [index, { name }] of indexed(people)) {
      if (!systemAccounts.has(name)) continue;
      yield {
        path: ['people', index, 'name'],
        message: `"${name}" is an account of the system`,
        hint: `choose another account name, for example name: 'our-${name}'; fullName is what people read`,
      };
    }
  },
});

/** Accounts of Debian (base-passwd), of the Samba image (Alpine's alpine-baselayout-data) and of homecloud. */
const systemAccounts = new Set([
  ...['root', 'daemon', 'bin', 'sys', 'sync', 'games', 'man', 'lp', 'mail', 'news', 'uucp', 'proxy', 'www-data'],
  ...['backup', 'list', 'irc', 'nobody', 'adm', 'shutdown', 'halt', 'operator', 'cron', 'ftp', 'sshd', 'ntp', 'guest'],
  ...['admin', 'users', 'messagebus', 'dnas', 'syncthing'],
]);

const devicesAreUnique = rule({
  code: 'ST001',
  severity: 'error',
  title: 'each device has a Syncthing ID of its own, and a name of its own among those of its person',
  reason: 'two devices with one ID throw each other out and never sync',
  reads: ['people[].devices[].name', 'people[].devices[].syncthing', 'syncthing.offsite[].device'],
  *check({ people, syncthing }) {
    const devices = people.flatMap((person, index) =>
      person.devices.flatMap((device, at) => [{ device, path: ['people', index, 'devices', at] }]),
    );
    // Each person can have a phone.
    yield* duplicates(
      devices.map(({ device, path }) => ({
        path: [...path, 'name'],
        key: `${path[1]} ${device.name}`,
        what: `"${device.name}"`,
      })),
      'give each device of the person its own name',
    );
    const elsewhere = indexed(syncthing.offsite).map(([index, { device }]) => ({
      path: ['syncthing', 'offsite', index, 'device'],
      key: device,
      what: 'this ID',
    }));
    yield* duplicates(
      [
        ...devices.map(({ device, path }) => ({
          path: [...path, 'syncthing'],
          key: device.syncthing,
          what: 'this ID',
        })),
        ...elsewhere,
      ],
      "copy the ID from each device's own page",
    );
  },
});

export const people: Slice = {
  name: 'people',
  rules: [peopleAreUnique, namesAreNotTaken, devicesAreUnique],
  // Not those of SMB: what is typed into a page on the internet must not open the shares, its owner changes it there, and
  // who has no share has an account, too. No board and no pod holds them.
  secrets: ({ nextcloud, people }) =>
    nextcloud.enabled
      ? people
          .map(({ name }) => name)
          .sort()
          .map(
            (name): Secret => ({
              name: `login-${name}`,
              purpose: `${name} logs in to Nextcloud with it for the first time`,
              source: { kind: 'password', user: name },
              places: [{ in: 'boards', variable: vaultVariable('people', name, 'password'), part: 'password' }],
              rotation:
                'nothing: it is for a new account only. Who has forgotten theirs gets another one in Nextcloud: Accounts.',
              onBoards: [],
            }),
          )
      : [],
};

export function planPeople(config: Config): Person[] {
  return config.people
    .map((person) => {
      const { name, uid, fullName = name, email = null, quota = null, language = null, groups, devices } = person;
      return {
        name,
        uid,
        fullName,
        email,
        quota,
        language,
        groups: [...new Set(groups)].sort(),
        devices: devices.map(({ name, syncthing }) => ({ name, syncthing })).sort(byName),
        photos: planPhotos(person, config),
      };
    })
    .sort((a, b) => a.uid - b.uid);
}
