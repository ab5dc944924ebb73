import { describe, expect, it } from '@jest/globals';
import { load } from 'js-yaml';
import { loadStaticFiles } from '../ansible-gen/static.ts';
import { ansible } from '../ansible-gen/synth.ts';
import { cloudInit } from '../cloud-init/synth.ts';
import sample from '../homecloud.config.ts';
import { modelOf } from './homes.ts';
import full from './households/full.ts';

const key = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'B'.repeat(43)}`;
const { email } = sample.home.admin;
const home = { ...sample, home: { ...sample.home, admin: { email, sshKeys: [`${key} alice@laptop`] } } };

describe('cloud-init', () => {
  const tree = cloudInit(modelOf(home));
  const read = (path: string) => load(tree.get(path) ?? '') as Record<string, never>;

  it('writes nothing that nobody could log in to', () => {
    expect(cloudInit(modelOf({ ...home, home: { ...home.home, admin: { email } } })).size).toBe(0);
  });

  it('has the three files of NoCloud for each board', () => {
    const files = ['meta-data', 'network-config', 'user-data'];
    expect([...tree.keys()].sort()).toEqual(
      home.boards.flatMap(({ name }) => files.map((file) => `${name}/${file}`)).sort(),
    );
    // cloud-init takes the file for a script or nothing without this line.
    for (const { name } of home.boards) expect(tree.get(`${name}/user-data`)).toMatch(/^#cloud-config\n/);
  });

  it('lets the admin in by key only', () => {
    expect(read('oak/user-data')).toMatchObject({
      hostname: 'oak',
      ssh_pwauth: false,
      user: { name: 'admin', lock_passwd: true, ssh_authorized_keys: [`${key} alice@laptop`] },
    });
    expect([...tree.values()].join('')).not.toMatch(/passwd: [^t]|BEGIN|private/i);
  });

  it('gives each board its address in the home network', () => {
    expect(read('elm/network-config')).toEqual({
      version: 2,
      ethernets: {
        wired: {
          match: { name: 'e*' },
          dhcp4: false,
          addresses: ['192.168.1.12/24'],
          routes: [{ to: 'default', via: '192.168.1.1' }],
          nameservers: { addresses: ['192.168.1.1'] },
        },
      },
    });
    expect(read('elm/meta-data')).toEqual({ 'instance-id': 'homecloud-home-elm', 'local-hostname': 'elm' });
  });

  it('changes the port of SSH where the config does', () => {
    const [first] = full.boards;
    const other = cloudInit(
      modelOf({ ...full, home: { ...full.home, admin: { ...full.home.admin, sshKeys: [key] } } }),
    );
    expect(load(other.get(`${first?.name}/user-data`) ?? '')).toMatchObject({
      user: { name: 'operator' },
      write_files: [{}, { content: 'Port 2222\n' }],
    });
    expect(read('oak/user-data')['write_files']).toHaveLength(1);
  });

  it('starts with a cable in one of two ports', () => {
    expect(read('oak/user-data')['write_files']).toMatchObject([
      { content: expect.stringMatching(/^ExecStart=\nExecStart=\S+-wait-online --any /m) },
    ]);
    expect(JSON.stringify(read('oak/network-config'))).not.toContain('optional');
  });
});

describe('known_hosts', () => {
  const known = (config: typeof full | typeof sample) =>
    ansible(modelOf(config), loadStaticFiles('ansible-gen')).get('inventory/known_hosts') ?? '';
  const withKeys = <B extends { ssh?: object }>([first, ...others]: readonly B[]) => [
    ...(first === undefined ? [] : [{ ...first, ssh: { ...first.ssh, hostKeys: [key] } }]),
    ...others,
  ];

  it('has the keys of the config by address and name', () => {
    expect(
      known({ ...sample, boards: withKeys(sample.boards) })
        .split('\n')
        .slice(1),
    ).toEqual([`192.168.1.11,oak ${key}`, '']);
  });

  it('has the port of a server that is not at 22', () => {
    expect(known({ ...full, boards: withKeys(full.boards) })).toContain(`\n[10.20.1.11]:2222,[alder]:2222 ${key}\n`);
  });
});
