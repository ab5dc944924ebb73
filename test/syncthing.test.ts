import { describe, expect, it } from '@jest/globals';
import { checkConfig } from '../model/check.ts';
import type { WrittenConfig } from '../model/config.ts';
import type { SyncFolder, SyncInstance } from '../model/facts/syncthing.ts';
import { planModel } from '../model/plan.ts';
import { modelOf, standInDeviceId } from './homes.ts';
import minimal from './households/minimal.ts';

type Share = NonNullable<WrittenConfig['shares']>[number];

const phone = 'ZKLYCEW-KDO64VY-6WCGGZZ-UI64JWD-TYN37YC-R6E44VT-ZQB3YLL-7OJC5QJ';
const laptop = 'HYR6QFQ-AHFMUUW-M4JJ5SW-JYNRGSV-F326QAR-DKCYSWF-LOPXK5V-M4ACOQ7';
const cabin = '2U7T6QU-2IQP34E-JUHNFJE-YGNJZPW-R3KG63S-EM4BRKA-R3HHJGK-GRXZYAO';

const disks = ['data', 'more'].map((name) => ({
  name,
  device: `/dev/disk/by-id/usb-${name}`,
  purpose: 'dnas' as const,
}));

const home = (shares: Share[], more: Partial<WrittenConfig> = {}): WrittenConfig => ({
  ...minimal,
  people: [
    { name: 'alice', uid: 2001, devices: [{ name: 'phone', syncthing: phone }] },
    { name: 'bob', uid: 2002, devices: [{ name: 'laptop', syncthing: laptop }] },
  ],
  boards: ['oak', 'elm', 'fir'].map((name, index) => ({
    name,
    address: `192.168.0.${11 + index}`,
    hardware: 'raspberry-pi-5',
    memory: '8GiB',
    role: index === 0 ? ('server' as const) : ('agent' as const),
    boot: 'ssd',
    disks: name === 'fir' ? [] : disks.map((disk) => ({ ...disk, device: `${disk.device}-${name}` })),
  })),
  shares,
  syncthing: { offsite: [{ name: 'cabin', device: cabin, address: 'tcp://cabin.example.org:22000' }] },
  ...more,
});

const photos: Share = { name: 'photos', on: ['elm/more', 'oak/data'], people: ['alice'] };
const films: Share = { name: 'films', on: ['oak/data'], people: ['bob'], sync: { devices: false } };

function syncOf(config: WrittenConfig, board: string): SyncInstance {
  const found = modelOf(config).boards.find(({ name }) => name === board)?.syncthing;
  if (!found) throw new Error(`${board} has no Syncthing`);
  return found;
}

const folder = (share: Share, board = 'oak'): SyncFolder | undefined =>
  syncOf(home([share]), board).folders.find(({ name }) => name === share.name);

describe('what is synced', () => {
  it('is what somebody else has, too', () => {
    const names = (...shares: Share[]) => syncOf(home(shares), 'oak').folders.map(({ name }) => name);
    expect(names(photos, films)).toEqual(['photos']);
    expect(names({ ...films, sync: {} })).toEqual(['films']);
    expect(names({ ...films, sync: { devices: false, offsite: ['cabin'] } })).toEqual(['films']);
    expect(names({ ...photos, sync: { enabled: false } })).toEqual([]);
  });

  it('is no backup of a Mac', () => {
    expect(folder({ ...films, sync: {}, timeMachine: { size: '500GiB' } })).toBeUndefined();
  });

  it('is on the board that holds it, in the folder that the other protocols serve', () => {
    const model = modelOf(home([photos]));
    for (const { name, syncthing, dnas } of model.boards) {
      expect([name, syncthing?.folders.map(({ path }) => path) ?? []]).toEqual([
        name,
        dnas?.shares.map(({ path }) => path) ?? [],
      ]);
    }
    expect(model.boards.map(({ syncthing }) => syncthing === null)).toEqual([false, false, true]);
  });

  it('has an ID of its own, whatever other shares and boards there are', () => {
    expect(folder(photos)?.id).toBe('homecloud-photos');
    expect(folder(photos, 'elm')?.id).toBe('homecloud-photos');
    const of = (shares: Share[]) => syncOf(home(shares), 'oak').folders.find(({ name }) => name === 'photos');
    expect(of([films, photos])).toEqual(of([photos]));
  });
});

describe('peers', () => {
  it('are the other boards of the share, by their addresses', () => {
    expect(syncOf(home([photos]), 'oak').devices[1]).toEqual({
      id: standInDeviceId('elm'),
      name: 'elm',
      kind: 'board',
      addresses: ['tcp://192.168.0.12:22000', 'quic://192.168.0.12:22000'],
    });
    expect(syncOf(home([photos]), 'oak').deviceId).toBe(standInDeviceId('oak'));
  });

  it('are devices of the people of the share, and no others', () => {
    const devices = (share: Share) => folder(share)?.devices.map(({ id }) => id);
    const elm = standInDeviceId('elm');
    expect(devices(photos)).toEqual([phone, elm]);
    expect(devices({ ...photos, people: ['alice', 'bob'] })).toEqual([phone, laptop, elm]);
    expect(devices({ ...photos, people: ['alice', 'bob'], sync: { devices: ['bob/laptop'] } })).toEqual([laptop, elm]);
    expect(devices({ ...photos, sync: { devices: false } })).toEqual([elm]);
  });

  it('share with each other: who a board names, names the board', () => {
    const { boards } = modelOf(home([photos, films]));
    for (const { syncthing } of boards) {
      for (const { name, devices } of syncthing?.folders ?? []) {
        for (const { id } of devices) {
          const peer = boards.find((board) => board.syncthing?.deviceId === id);
          if (peer === undefined) continue;
          const back = peer.syncthing?.folders.find((one) => one.name === name)?.devices.map((one) => one.id);
          expect(back).toContain(syncthing?.deviceId);
        }
      }
    }
  });

  it('elsewhere get what is encrypted only, by a password that only boards hold', () => {
    const config = home([{ ...photos, sync: { offsite: ['cabin'] } }]);
    const { folders, devices } = syncOf(config, 'elm');
    expect(folders[0]?.devices.filter(({ isEncrypted }) => isEncrypted)).toEqual([{ id: cabin, isEncrypted: true }]);
    expect(devices.filter(({ kind }) => kind === 'offsite')).toEqual([
      { id: cabin, name: 'cabin', kind: 'offsite', addresses: ['tcp://cabin.example.org:22000'] },
    ]);
    const secret = modelOf(config).secrets.find(({ name }) => name === 'syncthing-offsite');
    expect(secret?.places.map(({ in: place }) => place)).toEqual(['boards']);
    expect(secret?.onBoards).toEqual(['elm', 'oak']);
    expect(modelOf(home([photos])).secrets.some(({ name }) => name === 'syncthing-offsite')).toBe(false);
  });

  it('are left out until they have an identity', () => {
    const model = planModel(checkConfig(home([photos])).config, '0.0.0-test');
    expect(model.boards[0]?.syncthing?.devices.map(({ name }) => name)).toEqual(['alice/phone']);
    expect(model.boards[0]?.syncthing?.deviceId).toBeNull();
  });
});

it('each board does what its type says', () => {
  const share: Share = { ...photos, sync: { types: { elm: 'receive-only' } } };
  expect([folder(share)?.type, folder(share, 'elm')?.type]).toEqual(['send-receive', 'receive-only']);
});

it('the bin of a share stays on its board, also when the share has none any more', () => {
  for (const recycleBin of [undefined, { days: 7 }])
    expect(folder({ ...photos, recycleBin })?.ignore).toContain('/.recycle');
});

it('the outside reaches the boards only where the config says so', () => {
  const ports = (fromOutside: boolean) =>
    modelOf(home([photos], { syncthing: { fromOutside } })).boards.map(({ ports }) =>
      ports
        .filter(({ from, port }) => from === 'router' && port !== 8443)
        .map(({ port, protocol }) => `${port}/${protocol}`),
    );
  expect(ports(false)).toEqual([[], [], []]);
  expect(ports(true)).toEqual([['22000/tcp', '22000/udp'], ['22000/tcp', '22000/udp'], []]);
});
