import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sharesJson } from '../charts/nextcloud/shares.ts';
import { synthesize } from '../cli/home.ts';
import { checkConfig } from '../model/check.ts';
import type { WrittenConfig } from '../model/config.ts';
import type { Model } from '../model/model.ts';
import { secretsOf } from '../model/plan.ts';
import type { Tree } from '../tree/tree.ts';
import { modelOf } from './homes.ts';
import minimal from './households/minimal.ts';
import { randomHome } from './random-home.ts';

type Person = NonNullable<WrittenConfig['people']>[number];
type Share = NonNullable<WrittenConfig['shares']>[number];

const alice: Person = { name: 'alice', uid: 2001, groups: ['family', 'parents'] };
const bob: Person = {
  name: 'bob',
  uid: 2002,
  groups: ['family'],
  devices: [{ name: 'phone', syncthing: 'ZKLYCEW-KDO64VY-6WCGGZZ-UI64JWD-TYN37YC-R6E44VT-ZQB3YLL-7OJC5QJ' }],
};
const carol: Person = { name: 'carol', uid: 2003 };
const photos: Share = { name: 'photos', on: ['oak/data'], groups: ['family'], nextcloud: true };

const home = (people: Person[], shares: Share[]): WrittenConfig => ({
  ...minimal,
  people,
  shares,
  boards: [
    {
      name: 'oak',
      address: '192.168.0.11',
      hardware: 'amd64',
      memory: '16GiB',
      role: 'server',
      boot: 'ssd',
      disks: [{ name: 'data', device: '/dev/disk/by-id/usb-one', purpose: 'dnas' }],
    },
  ],
  nextcloud: { enabled: true, phoneRegion: 'FR' },
});

/** Who may use the share, by each protocol, as the model has it. */
function whoMay(config: WrittenConfig): unknown {
  const { boards, nextcloud } = modelOf(config);
  const [board] = boards;
  return {
    smb: board?.dnas?.shares.map(({ people }) => people),
    accounts: board?.dnas?.people.map(({ name }) => name),
    devices: board?.syncthing?.devices.map(({ name }) => name),
    nextcloud: nextcloud?.shares.list.map(({ people, groups }) => ({ people, groups })),
    passwords: secretsOf(checkConfig(config).config).flatMap(({ name }) => (/^samba-(?!next)/.test(name) ? name : [])),
  };
}

/** The same home with the people of all groups written out at each share. */
function writtenOut(config: WrittenConfig): WrittenConfig {
  return {
    ...config,
    shares: (config.shares ?? []).map(({ groups = [], people = [], ...share }) => {
      const ofGroups = (config.people ?? []).filter((person) => person.groups?.some((group) => groups.includes(group)));
      return { ...share, people: [...people, ...ofGroups.map(({ name }) => name)] };
    }),
  };
}

/** A model but for the groups that Nextcloud is told of. */
function withoutGroups(model: Model): unknown {
  const { nextcloud } = model;
  if (nextcloud === null) return model;
  const list = nextcloud.shares.list.map((share) => ({ ...share, groups: [] }));
  return { ...model, nextcloud: { ...nextcloud, shares: { ...nextcloud.shares, list } } };
}

/** Paths of files that have all of the words. */
const filesWith = (tree: Tree, ...words: string[]) =>
  [...tree].filter(([, text]) => words.every((word) => text.includes(word))).map(([path]) => path);

describe('a share for a group', () => {
  it('is for everybody who is in it, and nobody else, by every protocol', () => {
    expect(whoMay(home([alice, bob, carol], [photos]))).toEqual({
      smb: [['alice', 'bob']],
      accounts: ['alice', 'bob'],
      devices: ['bob/phone'],
      nextcloud: [{ people: ['alice', 'bob'], groups: ['family'] }],
      passwords: ['samba-alice', 'samba-bob'],
    });
  });

  it('is for people besides, each once', () => {
    const both = { ...photos, people: ['carol'], groups: ['parents', 'family'] };
    expect(whoMay(home([carol, bob, alice], [both]))).toMatchObject({
      smb: [['alice', 'bob', 'carol']],
      nextcloud: [{ people: ['alice', 'bob', 'carol'], groups: ['family', 'parents'] }],
    });
  });

  it('is no more for who is taken out of it, by any protocol', async () => {
    const before = await synthesize(modelOf(home([alice, bob, carol], [photos])));
    const out = home([alice, { ...bob, groups: [] }, carol], [photos]);
    expect(whoMay(out)).toEqual({
      smb: [['alice']],
      accounts: ['alice'],
      devices: [],
      nextcloud: [{ people: ['alice'], groups: ['family'] }],
      passwords: ['samba-alice'],
    });
    const after = await synthesize(modelOf(out));
    const places: Readonly<Record<string, readonly string[]>> = {
      'accounts of Samba': ['bob:x:2002'],
      'valid users': ['valid users = alice bob'],
      Syncthing: ['ZKLYCEW', 'homecloud-photos'],
      'the card': ['smb://192.168.0.11/photos', '<code>bob</code>'],
      'the group in Nextcloud': ['- name: bob\n    full_name: bob\n    groups:\n      - family'],
    };
    for (const [what, words] of Object.entries(places)) {
      expect([what, filesWith(before, ...words).length > 0]).toEqual([what, true]);
      expect([what, filesWith(after, ...words)]).toEqual([what, []]);
    }
  });

  it('is written as such for Nextcloud, which knows accounts that the home does not', () => {
    const model = modelOf(home([alice, bob, carol], [photos]));
    expect(model.nextcloud && JSON.parse(sharesJson(model, model.nextcloud))).toMatchObject({
      people: ['alice', 'bob', 'carol'],
      shares: [{ name: 'photos', people: ['alice', 'bob'], groups: ['family'] }],
    });
  });
});

it('of any home, a share for groups is the share for their people', () => {
  let count = 0;
  fc.assert(
    fc.property(randomHome, (config) => {
      if (config.shares?.some(({ groups = [] }) => groups.length > 0)) count += 1;
      expect(withoutGroups(modelOf(config))).toEqual(withoutGroups(modelOf(writtenOut(config))));
    }),
  );
  expect(count).toBeGreaterThan(5);
});
