import * as z from 'zod';
import type { Config } from './config.ts';
import { duplicates } from './duplicates.ts';
import { bytes, email, name } from './fields.ts';
import type { Person } from './model.ts';
import { byName } from './order.ts';
import { indexed } from './pattern.ts';
import { rule } from './rules.ts';
import type { Slice } from './slice.ts';
import { isDeviceId } from './syncthing-id.ts';

/** First and last uid of a person: above the system's and `dnas`'s accounts, below what systemd gives away (UIDS-GIDS). */
const uids = { first: 2000, last: 59999 } as const;

const deviceOptions = z.strictObject({
  name: name.describe('Name of the device: `alice-phone`.'),
  syncthing: z
    .string()
    .regex(
      /^([A-Z2-7]{7}-){7}[A-Z2-7]{7}$/,
      'is not a Syncthing device ID: copy it from the app\'s page "Show ID", eight groups of seven characters',
    )
    .refine(
      isDeviceId,
      'has a check character that does not fit the others: one of them is misspelt, copy the ID from the app\'s page "Show ID"',
    )
    .describe("The device's Syncthing ID, eight groups of seven characters."),
});

const personOptions = z.strictObject({
  name: name.max(32, 'is longer than 32 characters').describe('Account name, the same in every service: `alice`.'),
  uid: z
    .int('is not a whole number')
    .min(uids.first, `is below ${uids.first}`)
    .max(uids.last, `is above ${uids.last}`)
    .describe(`Number of the account, never given to somebody else, ${uids.first} to ${uids.last}.`),
  fullName: z.string().min(1, 'is empty').optional().describe('Name as people write it. By default `name`.'),
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

/** Accounts of Debian's base-passwd, of the Samba image (Alpine's) and of homecloud. */
const systemAccounts = new Set([
  ...['root', 'daemon', 'bin', 'sys', 'sync', 'games', 'man', 'lp', 'mail', 'news', 'uucp', 'proxy', 'www-data'],
  ...['backup', 'list', 'irc', 'nobody', 'guest', 'admin', 'dnas', 'syncthing', 'sshd', 'messagebus', 'ntp', 'users'],
]);

const devicesAreUnique = rule({
  code: 'ST001',
  severity: 'error',
  title: 'each device has a name and a Syncthing ID of its own',
  reason: 'two devices with one ID throw each other out and never sync',
  reads: ['people[].devices[].name', 'people[].devices[].syncthing'],
  *check({ people }) {
    const devices = people.flatMap((person, index) =>
      person.devices.flatMap((device, at) => [{ device, path: ['people', index, 'devices', at] }]),
    );
    yield* duplicates(
      devices.map(({ device, path }) => ({ path: [...path, 'name'], key: device.name, what: `"${device.name}"` })),
      'give each device its own name',
    );
    yield* duplicates(
      devices.map(({ device, path }) => ({ path: [...path, 'syncthing'], key: device.syncthing, what: 'this ID' })),
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
