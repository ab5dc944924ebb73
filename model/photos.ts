import * as z from 'zod';
import type { Config } from './config.ts';
import type { Photos } from './facts/photos.ts';
import { name } from './fields.ts';
import { suggest } from './nearest.ts';
import { indexed } from './pattern.ts';
import { listed } from './problems.ts';
import { rule } from './rules.ts';
import { peopleOf, saidOf } from './share-people.ts';
import { isOffered, isSynced } from './share-sync.ts';
import { nextcloudBoardOf } from './shares.ts';
import type { Slice } from './slice.ts';

export const photosOptions = z.strictObject({
  share: name.describe('Name of a share of this person, where the pictures of their phone go.'),
  by: z
    .enum(['nextcloud', 'syncthing'])
    .default('nextcloud')
    .describe(
      "What brings them. `nextcloud`: the automatic upload of Nextcloud's app, by year and month, into a folder of the person's own. `syncthing`: the folder of the camera is the share, as it is.",
    ),
});

type DevicesOf = Pick<Config['people'][number], 'name' | 'groups' | 'devices'>;
type SyncedShare = Parameters<typeof isSynced>[0];

/** Devices of the person that take pictures and that a board offers the share. */
function camerasWith(share: SyncedShare, person: DevicesOf, people: readonly DevicesOf[]): DevicesOf['devices'] {
  if (!peopleOf(share, people).includes(person.name) || !isSynced(share, people)) return [];
  return person.devices.filter((device) => device.camera && isOffered(share, person, device));
}

/** Where the pictures of a person go; `null` where homecloud has no say in it. */
export function planPhotos(
  person: Config['people'][number],
  { people, shares }: Pick<Config, 'people' | 'shares'>,
): Photos | null {
  const { photos } = person;
  const share = shares.find(({ name }) => name === photos?.share);
  if (photos === undefined || share === undefined) return null;
  if (photos.by === 'nextcloud') return { by: 'nextcloud', share: share.name, folder: `/${share.name}/${person.name}` };
  const [device] = camerasWith(share, person, people);
  return device === undefined ? null : { by: 'syncthing', share: share.name, device: device.name };
}

const sharesAreTheirs = rule({
  code: 'PHO001',
  severity: 'error',
  title: 'pictures of a person go into a share of that person',
  reason: 'the phone could not write them, and nobody would hear of it before it is lost',
  reads: ['people[].name', 'people[].groups', 'people[].photos.share'],
  readsAll: ['shares[].name', 'shares[].people', 'shares[].groups', 'shares[].timeMachine'],
  *check({ people, shares }) {
    const all = indexed(shares);
    const names = all.map(([, { name }]) => name);
    for (const [index, { name, groups, photos }] of indexed(people)) {
      if (photos === undefined) continue;
      const path = ['people', index, 'photos', 'share'];
      const [at, share] = all.find(([, share]) => share.name === photos.share) ?? [];
      if (at === undefined || share === undefined) {
        const known = names.length > 0 ? `shares are ${listed(names.map((it) => `'${it}'`))}` : 'add it to shares';
        yield { path, message: `there is no share "${photos.share}"`, hint: suggest(photos.share, names, known) };
      } else if (!peopleOf(share, [{ name, groups }]).includes(name)) {
        yield {
          path,
          other: ['shares', at, 'people'],
          message: `${name} may not use ${photos.share}, which is for ${saidOf(share)}`,
          hint: `add '${name}' to the people of the share, or name a share of ${name}`,
        };
      } else if (share.timeMachine !== undefined) {
        yield {
          path,
          other: ['shares', at, 'timeMachine'],
          message: `${photos.share} is for Time Machine, and for nothing else`,
          hint: 'give the pictures a share of their own',
        };
      }
    }
  },
});

const uploadsArrive = rule({
  code: 'PHO002',
  severity: 'error',
  title: 'pictures that Nextcloud uploads go into a share that it shows, on a board that passes them on',
  reason: 'the app would find no such folder, or the pictures would stay on one board',
  reads: ['people[].photos'],
  readsAll: [
    'shares[].name',
    'shares[].nextcloud',
    'shares[].nextcloudBoard',
    'shares[].on',
    'shares[].sync.types',
    'nextcloud.enabled',
  ],
  *check({ people, shares, nextcloud }) {
    for (const [index, { photos }] of indexed(people)) {
      const [at, share] = indexed(shares).find(([, { name }]) => name === photos?.share) ?? [];
      if (photos?.by !== 'nextcloud' || at === undefined || share === undefined) continue;
      const path = ['people', index, 'photos'];
      if (!nextcloud.enabled) {
        yield {
          path,
          other: ['nextcloud', 'enabled'],
          message: "are uploaded by Nextcloud's app, and the home has no Nextcloud",
          hint: `write nextcloud: { enabled: true } and nextcloud: true at the share, or photos: { share: '${share.name}', by: 'syncthing' }`,
        };
        continue;
      }
      if (!share.nextcloud) {
        yield {
          path,
          other: ['shares', at, 'nextcloud'],
          message: `are uploaded by Nextcloud's app, and Nextcloud does not show ${share.name}`,
          hint: `write nextcloud: true at the share, or photos: { share: '${share.name}', by: 'syncthing' }`,
        };
        continue;
      }
      const board = nextcloudBoardOf(share);
      if (board === null || share.on.length < 2 || share.sync.types[board] !== 'receive-only') continue;
      yield {
        path,
        other: ['shares', at, 'sync', 'types', board],
        message: `come to ${board} by Nextcloud, and ${board} is receive-only for ${share.name}: no other board would get them`,
        hint: `write '${board}': 'send-receive', or another nextcloudBoard`,
      };
    }
  },
});

/** What of people and shares tells which device holds which share. */
const synced = [
  'people[].name',
  'people[].groups',
  'people[].devices',
  'people[].photos',
  'shares[].name',
  'shares[].people',
  'shares[].groups',
  'shares[].on',
  'shares[].timeMachine',
  'shares[].sync',
] as const;

const picturesComeOnce = rule({
  code: 'PHO003',
  severity: 'error',
  title: 'the pictures of a camera come into a share on one way',
  reason: 'each would be there twice, by the app of Nextcloud and by Syncthing',
  readsAll: synced,
  *check({ people, shares }) {
    const everybody = indexed(people).map(([, person]) => person);
    for (const [index, person] of indexed(people)) {
      const { photos, devices } = person;
      const [at, share] = indexed(shares).find(([, { name }]) => name === photos?.share) ?? [];
      if (photos?.by !== 'nextcloud' || at === undefined || share === undefined) continue;
      const [camera] = camerasWith(share, person, everybody);
      if (camera === undefined) continue;
      const others = devicesOf(everybody, share).filter((one) => one !== `${person.name}/${camera.name}`);
      yield {
        path: ['people', index, 'devices', devices.indexOf(camera)],
        other: ['people', index, 'photos'],
        message: `takes pictures and is offered ${share.name} by Syncthing, into which Nextcloud's app uploads the pictures of ${person.name}`,
        hint: `leave it out: at the share sync: { devices: [${listed(others.map((one) => `'${one}'`))}] }; or let Syncthing bring them: photos: { share: '${share.name}', by: 'syncthing' }; or, of a computer, write camera: false at the device`,
      };
    }
  },
});

/** As `sync.devices` of a share names them: all that it may. */
function devicesOf(people: readonly DevicesOf[], share: SyncedShare): string[] {
  const members = peopleOf(share, people);
  return people
    .filter(({ name }) => members.includes(name))
    .flatMap((person) =>
      person.devices.filter((device) => isOffered(share, person, device)).map(({ name }) => `${person.name}/${name}`),
    );
}

const oneCameraForAShare = rule({
  code: 'PHO004',
  severity: 'error',
  title: 'a share that is the folder of a camera is synced with one camera, and has the pictures of nobody else',
  reason: 'two cameras mix their folders, where both may call a picture the same, or none sends any',
  readsAll: synced,
  *check({ people, shares }) {
    const everybody = indexed(people).map(([, person]) => person);
    for (const [index, person] of indexed(people)) {
      const { name, photos } = person;
      const [at, share] = indexed(shares).find(([, { name }]) => name === photos?.share) ?? [];
      if (photos?.by !== 'syncthing' || at === undefined || share === undefined) continue;
      const path = ['people', index, 'photos'];
      const cameras = camerasWith(share, person, everybody);
      const [camera, ...more] = cameras;
      if (camera === undefined) {
        yield {
          path,
          other: ['shares', at, 'sync'],
          message: `come by Syncthing, and no device of ${name} that takes pictures is offered ${share.name}`,
          hint: `add the phone: devices: [{ name: 'phone', syncthing: '…' }], and to the devices of the share where it lists them; or photos: { share: '${share.name}', by: 'nextcloud' }`,
        };
      } else if (more.length > 0) {
        yield {
          path,
          other: ['shares', at, 'sync', 'devices'],
          message: `come by Syncthing from ${cameras.map((device) => device.name).join(' and ')}, and ${share.name} can be the folder of one camera only`,
          hint: `name it, and no other camera: at the share sync: { devices: ['${name}/${camera.name}'] }; of a computer, write camera: false at the device`,
        };
      }
      const [other, another] =
        indexed(people).find(([it, { photos }]) => it !== index && photos?.share === share.name) ?? [];
      if (other === undefined || another === undefined || (another.photos?.by === 'syncthing' && other > index))
        continue;
      yield {
        path,
        other: ['people', other, 'photos'],
        message: `make ${share.name} the folder of a camera, and the pictures of ${another.name} go there, too`,
        hint: `give ${name} a share for the phone: photos: { share: '${name}-phone', by: 'syncthing' }; or by: 'nextcloud', which makes a folder for each person`,
      };
    }
  },
});

export const photos: Slice = {
  name: 'photos',
  rules: [sharesAreTheirs, uploadsArrive, picturesComeOnce, oneCameraForAShare],
};
