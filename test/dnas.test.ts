import { describe, expect, it } from '@jest/globals';
import { load } from 'js-yaml';
import { kubernetes } from '../charts/kubernetes.ts';
import type { WrittenConfig } from '../model/config.ts';
import { modelOf } from './homes.ts';
import minimal from './households/minimal.ts';
import type { KubernetesObject } from './objects.ts';

type Board = WrittenConfig['boards'][number];
type Share = NonNullable<WrittenConfig['shares']>[number];

const board: Board = {
  name: 'oak',
  address: '192.168.0.11',
  hardware: 'raspberry-pi-5',
  memory: '8GiB',
  role: 'server',
  boot: 'ssd',
  disks: [
    { name: 'data', device: '/dev/disk/by-id/usb-one', purpose: 'dnas' },
    { name: 'more', device: '/dev/disk/by-id/usb-two', purpose: 'dnas' },
  ],
};

const people = [
  { name: 'alice', uid: 2001 },
  { name: 'bob', uid: 2002 },
  { name: 'carol', uid: 2003 },
];

const photos: Share = { name: 'photos', on: ['oak/data'], people: ['bob', 'alice'] };
const games: Share = {
  name: 'games',
  on: ['oak/more'],
  smb: false,
  nfs: { clients: ['192.168.0.0/25'], readOnly: true },
};
const films: Share = { name: 'films', on: ['oak/data'], people: ['alice'], nfs: { clients: ['192.168.0.0/24'] } };

function treeOf(...shares: Share[]): ReadonlyMap<string, string> {
  return kubernetes(modelOf({ ...minimal, boards: [board], people, shares }));
}

/** An object of the board's dnas, or of the whole capability. */
function object(tree: ReadonlyMap<string, string>, path: string): KubernetesObject {
  return load(tree.get(path) ?? `no ${path}`) as KubernetesObject;
}

interface Container {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly ports: readonly { readonly containerPort: number; readonly hostPort: number }[];
  readonly securityContext: {
    readonly privileged: boolean;
    readonly allowPrivilegeEscalation: boolean;
    readonly readOnlyRootFilesystem: boolean;
    readonly runAsUser: number;
    readonly capabilities: { readonly drop: readonly string[]; readonly add?: readonly string[] };
  };
  readonly volumeMounts: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly mountPropagation?: string;
  }[];
  readonly resources: { readonly limits: Record<string, string> };
  readonly startupProbe: Probe;
  readonly readinessProbe: Probe;
  readonly livenessProbe: Probe;
}

interface Probe {
  readonly exec: { readonly command: readonly string[] };
  readonly periodSeconds: number;
  readonly failureThreshold: number;
}

interface Pod {
  readonly containers: readonly Container[];
  readonly volumes: readonly { readonly name: string; readonly [kind: string]: unknown }[];
  readonly hostNetwork?: boolean;
}

function podOf(...shares: Share[]): Pod {
  const deployment = object(treeOf(...shares), 'apps/dnas/oak/deployment-dnas-oak.yaml');
  return (deployment['spec'] as { template: { spec: Pod } }).template.spec;
}

function configOf(...shares: Share[]): Readonly<Record<string, string>> {
  const configMap = object(treeOf(...shares), 'apps/dnas/oak/configmap-dnas-oak.yaml');
  return configMap['data'] as Record<string, string>;
}

/** `smb.conf` as its sections, each the options by name. */
function smbConfOf(...shares: Share[]): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const sections: Record<string, Record<string, string>> = {};
  let section: Record<string, string> = {};
  for (const line of configOf(...shares)['smb.conf']?.split('\n') ?? []) {
    const name = /^\[(.+)\]$/.exec(line)?.[1];
    const [, key, value] = /^([^#=]+) = (.*)$/.exec(line) ?? [];
    if (name !== undefined) {
      section = {};
      sections[name] = section;
    }
    if (key !== undefined && value !== undefined) section[key] = value;
  }
  return sections;
}

describe('the folders of dnas', () => {
  it('are the namespace, closed and never pruned, and one for each board that serves shares', () => {
    const tree = treeOf(photos);
    expect([...tree.keys()].filter((path) => /^(controllers|apps)\/dnas/.test(path))).toEqual([
      'apps/dnas/oak/configmap-dnas-oak.yaml',
      'apps/dnas/oak/deployment-dnas-oak.yaml',
      'apps/dnas/oak/kustomization.yaml',
      'apps/dnas/oak/service-dnas-oak.yaml',
      'controllers/dnas/kustomization.yaml',
      'controllers/dnas/namespace-dnas.yaml',
      'controllers/dnas/networkpolicy-default-deny.yaml',
      'controllers/dnas/networkpolicy-visitors-to-dnas-oak-in.yaml',
      'controllers/dnas/secret-dnas-users.yaml',
    ]);
    expect(object(tree, 'controllers/dnas/namespace-dnas.yaml').metadata.annotations).toMatchObject({
      'kustomize.toolkit.fluxcd.io/prune': 'disabled',
    });
  });

  it('are none without shares', () => {
    expect([...treeOf().keys()].filter((path) => path.includes('/dnas'))).toEqual([]);
  });
});

describe('the pod', () => {
  it('has the servers that its shares need, on the ports of the board and of the service', () => {
    const portsOf = (...shares: Share[]) =>
      podOf(...shares).containers.map(({ name, ports }) => [name, ...ports.map(({ hostPort }) => hostPort)]);
    expect(portsOf(photos)).toEqual([['samba', 445]]);
    expect(portsOf(games)).toEqual([['nfs', 2049]]);
    expect(portsOf(photos, games)).toEqual([
      ['samba', 445],
      ['nfs', 2049],
    ]);
    expect(Object.keys(configOf(photos)).sort()).toEqual([
      'disks.sh',
      'group',
      'open-share.sh',
      'passwd',
      'serve-samba.sh',
      'smb.conf',
    ]);
    expect(Object.keys(configOf(games)).sort()).toEqual([
      'disks.sh',
      'exports-more.conf',
      'ganesha.conf',
      'serve-nfs.sh',
    ]);
    const service = object(treeOf(photos, games), 'apps/dnas/oak/service-dnas-oak.yaml');
    expect(service['spec']).toMatchObject({ type: 'ClusterIP', ports: [{ port: 445 }, { port: 2049 }] });
    expect(podOf(photos, games).hostNetwork).toBeUndefined();
  });

  it('mounts the folder above the disks, so that it sees a disk go and come', () => {
    const { containers, volumes } = podOf(photos, games);
    expect(volumes.filter((volume) => 'hostPath' in volume)).toEqual([
      { name: 'disks', hostPath: { path: '/srv/dnas', type: 'Directory' } },
    ]);
    for (const { volumeMounts } of containers) {
      expect(volumeMounts.filter(({ name }) => name === 'disks')).toEqual([
        { name: 'disks', mountPath: '/srv/dnas', mountPropagation: 'HostToContainer', readOnly: false },
      ]);
    }
  });

  it('has no right that its servers do not need', () => {
    const { containers } = podOf(photos, games);
    for (const { securityContext } of containers) {
      expect(securityContext).toMatchObject({
        privileged: false,
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    }
    const added = containers.map(({ name, securityContext: { runAsUser, capabilities } }) => [
      name,
      runAsUser,
      ...(capabilities.add ?? []),
    ]);
    expect(added).toEqual([
      ['samba', 0, 'NET_BIND_SERVICE', 'SETGID', 'SETUID'],
      ['nfs', 0, 'DAC_READ_SEARCH', 'SETGID', 'SETUID'],
    ]);
  });

  it('knows each disk by its marker, and serves the shares of those that are there', () => {
    const config = configOf(photos, games, films);
    expect(config['disks.sh']).toContain("disks='/srv/dnas/data /srv/dnas/more'\n");
    expect(config['disks.sh']).toContain('test -f "$1/.homecloud-disk"');
    expect(config['serve-samba.sh']).toContain(
      "/srv/dnas/data) echo 'films photos' ;;\n    /srv/dnas/more) echo '' ;;",
    );
    expect(config['serve-nfs.sh']).toContain('mkdir -p -m 2771 /srv/dnas/more/shares/games\n');
    expect(config['serve-nfs.sh']).toContain('cat /etc/dnas/exports-data.conf >>');
  });

  it('is ready while it serves a disk, and starts again when it serves what is not there or does not answer', () => {
    for (const { name, startupProbe, readinessProbe, livenessProbe } of podOf(photos, games).containers) {
      const answers = { samba: 'smbclient ', nfs: 'rpcinfo ' }[name] ?? '';
      const scriptOf = ({ exec }: Probe) => exec.command.at(-1);
      for (const probe of [startupProbe, readinessProbe, livenessProbe]) expect(scriptOf(probe)).toContain(answers);
      expect(scriptOf(readinessProbe)).toMatch(/^\. \/etc\/dnas\/disks\.sh && serves_any /);
      for (const probe of [startupProbe, livenessProbe]) {
        expect(scriptOf(probe)).toMatch(/^\. \/etc\/dnas\/disks\.sh && is_served /);
      }
    }
  });

  it('has the passwords of those alone who may use its shares', () => {
    const secret = (...shares: Share[]) =>
      podOf(...shares).volumes.find(({ name }) => name === 'passwords')?.['secret'];
    expect(secret(films)).toEqual({
      secretName: 'dnas-users',
      defaultMode: 0o400,
      items: [{ key: 'alice', path: 'alice' }],
    });
    expect(secret(games)).toBeUndefined();
  });
});

describe('another board', () => {
  it('changes nothing of this one', () => {
    const elm = { ...board, name: 'elm', address: '192.168.0.12' };
    const fir = { ...board, name: 'fir', address: '192.168.0.13' };
    const of = (boards: WrittenConfig['boards'], on: string[]) =>
      [...kubernetes(modelOf({ ...minimal, boards, people, shares: [{ ...photos, on }] }))].filter(([path]) =>
        path.startsWith('apps/dnas/oak/'),
      );
    expect(of([elm, fir, board], ['elm/more', 'fir/data', 'oak/data'])).toEqual(of([board], ['oak/data']));
  });
});

describe('smb.conf', () => {
  it('lets in the home, the networks that it trusts and pods', () => {
    const network = { ...minimal.network, firewall: { trusted: ['10.8.0.0/24'] } };
    const tree = kubernetes(modelOf({ ...minimal, network, boards: [board], people, shares: [photos] }));
    const config = [...tree].find(([path]) => path.endsWith('configmap-dnas-oak.yaml'))?.[1];
    expect(config).toMatch(/^ *hosts allow = 127\.0\.0\.1 192\.168\.0\.0\/24 10\.8\.0\.0\/24 10\.42\.0\.0\/16$/m);
  });

  it('serves SMB 3 to people of the home only', () => {
    expect(smbConfOf(photos)['global']).toMatchObject({
      'server min protocol': 'SMB3_00',
      'server smb encrypt': 'desired',
      'server signing': 'mandatory',
      'map to guest': 'never',
      'restrict anonymous': '2',
      'hosts allow': '127.0.0.1 192.168.0.0/24 10.42.0.0/16',
    });
  });

  it('gives all files to one owner, lets no client cache them and no link lead out', () => {
    expect(smbConfOf(photos)['global']).toMatchObject({
      'force user': 'dnas',
      'force group': 'dnas',
      'directory mask': '2775',
      oplocks: 'no',
      'level2 oplocks': 'no',
      'smb2 leases': 'no',
      'follow symlinks': 'no',
      'wide links': 'no',
      'vfs objects': 'catia fruit streams_xattr',
      'fruit:time machine': 'no',
      'veto files': '/.stfolder/.stversions/.stignore/.syncthing.*.tmp/~syncthing~*.tmp/',
      'delete veto files': 'no',
    });
  });

  it('has a section for each share that is served by SMB, open while its own disk is there', () => {
    const { global: _, ...shares } = smbConfOf(photos, games, films);
    expect(shares).toEqual({
      films: {
        path: '/srv/dnas/data/shares/films',
        'valid users': 'alice',
        'read only': 'no',
        preexec: 'sh /etc/dnas/open-share.sh /srv/dnas/data/.homecloud-disk /srv/dnas/data/shares/films',
        'preexec close': 'yes',
      },
      photos: {
        path: '/srv/dnas/data/shares/photos',
        'valid users': 'alice bob',
        'read only': 'no',
        preexec: 'sh /etc/dnas/open-share.sh /srv/dnas/data/.homecloud-disk /srv/dnas/data/shares/photos',
        'preexec close': 'yes',
      },
    });
  });

  it('lets guests read where a share says so, and its people write', () => {
    const open = { ...photos, guests: true };
    expect(smbConfOf(open)['global']).toMatchObject({ 'map to guest': 'bad user', 'restrict anonymous': '1' });
    expect(smbConfOf(open)['photos']).toMatchObject({
      'guest ok': 'yes',
      'read only': 'yes',
      'write list': 'alice bob',
    });
    expect(smbConfOf(open)['photos']).not.toHaveProperty('valid users');
    expect(smbConfOf(open, films)['films']).toMatchObject({ 'valid users': 'alice', 'read only': 'no' });
  });

  it('has a recycle bin and room for Macs where a share says so', () => {
    expect(smbConfOf({ ...photos, recycleBin: { days: 7 } })['photos']).toMatchObject({
      preexec: expect.stringMatching(/ 7$/),
      'vfs objects': 'catia fruit streams_xattr recycle',
      'recycle:repository': '.recycle',
    });
    expect(smbConfOf({ ...photos, timeMachine: { size: '1.5TiB' } })['photos']).toMatchObject({
      'fruit:time machine': 'yes',
      'fruit:time machine max size': '1572864M',
      oplocks: 'yes',
    });
  });

  it('keeps what is deleted in Nextcloud for a while, and shows no bin there', () => {
    const filesFor = (...shares: Share[]) => {
      const tree = kubernetes(modelOf({ ...minimal, boards: [board], people, shares, nextcloud: { enabled: true } }));
      return (object(tree, 'apps/dnas/oak/configmap-dnas-oak.yaml') as unknown as { data: Record<string, string> })
        .data;
    };
    for (const [recycleBin, days] of [
      [undefined, 30],
      [{ days: 7 }, 7],
    ] as const) {
      const share = { ...photos, nextcloud: true, recycleBin };
      const { 'smb.conf': text = '', 'serve-samba.sh': serve = '' } = filesFor(share, films);
      const [, mine = '', cloud = ''] = /\[photos\]\n([^[]*)\[photos\.nextcloud\]\n([^[]*)/.exec(text) ?? [];
      expect(mine.includes('recycle:repository = .recycle\n')).toBe(recycleBin !== undefined);
      expect(cloud).toMatch(new RegExp(`^preexec = .* ${days}$`, 'm'));
      expect(cloud).toMatch(/^veto files = \/\.recycle\//m);
      expect(cloud).toContain('vfs objects = catia fruit streams_xattr recycle\n');
      expect(cloud).toContain('recycle:repository = .recycle/nextcloud\n');
      // Its bin is emptied by who opens it: its mounts stay open.
      expect(serve).toMatch(/for share in photos\.nextcloud; do\n.* smbclient /);
    }
    expect(filesFor(films)['serve-samba.sh']).not.toContain('smbclient');
  });

  it('knows the owner and the people of its shares, who cannot log in', () => {
    expect(configOf(photos)['passwd']?.trimEnd().split('\n')).toEqual([
      'root:x:0:0::/:/sbin/nologin',
      'dnas:x:1010:1010::/:/sbin/nologin',
      'alice:x:2001:1010::/:/sbin/nologin',
      'bob:x:2002:1010::/:/sbin/nologin',
      'nobody:x:65534:65534::/:/sbin/nologin',
    ]);
    expect(configOf(photos)['group']).toBe('root:x:0:\ndnas:x:1010:\nnobody:x:65534:\n');
  });

  it('has a name of at most 15 characters, as NetBIOS names have', () => {
    const name = 'the-oak-behind-the-house';
    const tree = kubernetes(
      modelOf({ ...minimal, boards: [{ ...board, name }], people, shares: [{ ...photos, on: [`${name}/data`] }] }),
    );
    expect(tree.get(`apps/dnas/${name}/configmap-dnas-${name}.yaml`)).toContain('netbios name = THE-OAK-BEHIND-\n');
  });
});

describe('ganesha.conf', () => {
  const filesOf = (...shares: Share[]) =>
    Object.entries(configOf(...shares))
      .filter(([name]) => name.endsWith('.conf') && name !== 'smb.conf')
      .map(([, text]) => text)
      .join('');
  const conf = () => filesOf(photos, games, films);

  it('serves NFS 4.1 and 4.2, all as the one owner, and nobody who is not named', () => {
    expect(conf()).toContain('Minor_Versions = 1, 2;');
    expect(conf().match(/Protocols = .*/g)).toEqual(Array(4).fill('Protocols = 4;'));
    expect(conf()).toMatch(
      /EXPORT_DEFAULTS \{\n {2}Access_Type = None;[^}]*Squash = All_Squash;\n {2}Anonymous_Uid = 1010;\n {2}Anonymous_Gid = 1010;/,
    );
  });

  it('ends the time of grace after the leases, and soon', () => {
    const seconds = (name: string) => Number(new RegExp(`${name} = (\\d+);`).exec(conf())?.[1]);
    expect(seconds('Lease_Lifetime')).toBeLessThan(seconds('Grace_Period'));
    expect(seconds('Grace_Period')).toBeLessThanOrEqual(30);
  });

  it('has one export for each share that is served by NFS', () => {
    const exports = conf().match(/^EXPORT \{[\s\S]*?^\}/gm) ?? [];
    expect(exports.map((text) => text.replaceAll(/\s+/g, ' '))).toEqual([
      expect.stringMatching(
        /^EXPORT \{ Export_Id = \d+; Path = \/srv\/dnas\/data\/shares\/films; Pseudo = \/films; FSAL \{ Name = VFS; \} CLIENT \{ Clients = 192\.168\.0\.0\/24; Access_Type = RW; Protocols = 4; \} \}$/,
      ),
      expect.stringMatching(
        /^EXPORT \{ Export_Id = \d+; Path = \/srv\/dnas\/more\/shares\/games; Pseudo = \/games; FSAL \{ Name = VFS; \} CLIENT \{ Clients = 192\.168\.0\.0\/25; Access_Type = RO; Protocols = 4; \} \}$/,
      ),
    ]);
  });

  it('keeps the number of an export whatever becomes of the other shares', () => {
    const idOf = (...shares: Share[]) => /Export_Id = (\d+);\n {2}Path = \S+films;/.exec(filesOf(...shares))?.[1];
    expect(idOf(films)).toMatch(/^\d+$/);
    expect(idOf(photos, games, films)).toBe(idOf(films));
  });
});
