import * as z from 'zod';
import type { Config } from './config.ts';
import { duplicates } from './duplicates.ts';
import { bytes, deviceId, email, integer, name } from './fields.ts';
import type { Person } from './model.ts';
import { byName } from './order.ts';
import { indexed } from './pattern.ts';
import { rule } from './rules.ts';
import type { Slice } from './slice.ts';

/** First and last uid of a person: above the system's and `dnas`'s accounts, below what systemd gives away (UIDS-GIDS). */
const uids = { first: 2000, last: 59999 } as const;

const deviceOptions = z.strictObject({
  name: name.describe('Name of the device: `alice-phone`.'),
  syncthing: deviceId.describe("The device's Syncthing ID, eight groups of seven characters."),
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
  quota: bytes.optional().describe('Space in Nextcloud: `50GiB`. By default none is set.'),
  devices: z.array(deviceOptions).default([]).describe('Phones and computers that sync peer to peer.'),
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
};

export function planPeople({ people }: Config): Person[] {
  return people
    .map(({ name, uid, fullName = name, email = null, quota = null, devices }) => ({
      name,
      uid,
      fullName,
      email,
      quota,
      devices: [...devices].sort(byName),
    }))
    .sort((a, b) => a.uid - b.uid);
}
