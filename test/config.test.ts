import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { configJsonSchema, type JsonSchema } from '../cli/reference.ts';
import { checkConfig, rules } from '../model/check.ts';
import { ConfigError, formatPath, type Problem } from '../model/problems.ts';
import { households } from './homes.ts';
import { randomHome } from './random-home.ts';

const { family, full } = households;

/** The problems of a config, as lines of text. */
function problemsOf(config: unknown): string[] {
  try {
    return checkConfig(config).warnings.map(line);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(line);
    throw error;
  }
}

function line({ code, path, message }: Problem): string {
  return `${code} ${formatPath(path)}: ${message}`;
}

/** A deep copy of the family, changed. */
function changed(change: (config: Record<string, never>) => void, config: unknown = family): unknown {
  const copy = structuredClone(config) as Record<string, never>;
  change(copy);
  return copy;
}

/** What may stand in a test of the family's config: any key, any value. */
// biome-ignore lint/suspicious/noExplicitAny: the tests write what the types refuse
type Anything = any;

/** Export number that the share `games` of the sample has by its name. */
const exportIdOfGames = 37442;

const breaks: readonly [code: string, change: (config: Anything) => void, expected: string[]][] = [
  ['CFG001', (c) => (c.boards[0].addres = 'x'), ['CFG001 boards[0].addres: there is no such key in boards[0]']],
  ['CFG002', (c) => delete c.network.gateway, ['CFG002 network.gateway: is missing']],
  [
    'CFG003',
    (c) => (c.boards[0].memory = 8),
    ['CFG003 boards[0].memory: is the number 8, and must be a text in quotes'],
  ],
  [
    'CFG004',
    (c) => (c.boards[0].role = 'servant'),
    ["CFG004 boards[0].role: \"servant\" is not one of 'server', 'agent'"],
  ],
  ['CFG005', (c) => (c.longhorn = {}), ['CFG005 longhorn: is not available yet']],
  [
    'HOME001',
    (c) => (c.home.timeZone = 'Europe/Pariss'),
    ['HOME001 home.timeZone: "Europe/Pariss" is not a time zone of the IANA list'],
  ],
  [
    'NET001',
    (c) => (c.network.pods = '10.42.7.0/16'),
    ['NET001 network.pods: 10.42.7.0 is an address inside the network 10.42.0.0/16, not the network itself'],
  ],
  [
    'NET002',
    (c) => (c.network.pods = '192.168.0.0/16'),
    ['NET002 network.pods: 192.168.0.0/16 overlaps network.subnet, 192.168.1.0/24'],
  ],
  [
    'NET005',
    (c) => (c.boards[2].address = '192.168.2.13'),
    ['NET005 boards[2].address: 192.168.2.13 is outside network.subnet, 192.168.1.0/24'],
  ],
  [
    'NET007',
    (c) => (c.network.gateway = '192.168.1.255'),
    ['NET007 network.gateway: 192.168.1.255 is the broadcast address of network.subnet, 192.168.1.0/24'],
  ],
  [
    'NET008',
    (c) => (c.network.gateway = '192.168.1.12'),
    ['NET008 boards[1].address: 192.168.1.12 is already used by network.gateway'],
  ],
  [
    'NET009',
    (c) => (c.boards[2].address = '192.168.1.100'),
    [
      'NET009 boards[2].address: 192.168.1.100 is one of the addresses that the router leases, network.dhcp 192.168.1.100-192.168.1.199',
    ],
  ],
  [
    'NET010',
    (c) => (c.network.pods = '10.42.0.0/23'),
    ['NET010 network.pods: 10.42.0.0/23 has room for 2 boards of 256 addresses, and there are 3'],
  ],
  [
    'NET012',
    (c) => (c.network.services = '10.43.0.0/28'),
    ['NET012 network.services: 10.43.0.0/28 has 16 addresses; from 32 (/27) to 1048576 (/12) are possible'],
  ],
  ['PPL001', (c) => (c.people[1].uid = 2001), ['PPL001 people[1].uid: 2001 is already used by people[0].uid']],
  [
    'PPL002',
    (c) => c.people.push({ name: 'dnas', uid: 2999 }),
    ['PPL002 people[4].name: "dnas" is an account of the system'],
  ],
  [
    'ST001',
    (c) => (c.people[0].devices = ['a', 'b'].map((name) => ({ name, syncthing: Array(8).fill('ABCDEFG').join('-') }))),
    ['ST001 people[0].devices[1].syncthing: this ID is already used by people[0].devices[0].syncthing'],
  ],
  ['NODE002', (c) => (c.boards[2].name = 'oak'), ['NODE002 boards[2].name: "oak" is already used by boards[0].name']],
  [
    'NODE003',
    (c) => (c.boards[2].name = 'localhost'),
    ['NODE003 boards[2].name: "localhost" means something else to Ansible or to the system'],
  ],
  [
    'NODE005',
    (c) => (c.boards[2].memory = '1GiB'),
    ['NODE005 boards[2].memory: 1 GiB is too little: fir is a server, which needs 2 GiB'],
  ],
  ['K3S001', (c) => (c.boards[2].role = 'agent'), ['K3S001 boards: 2 boards have the role server']],
  [
    'K3S006',
    (c) => delete c.boards[2].disks,
    ["K3S006 boards[2]: the server fir keeps the cluster's database on an SD card"],
  ],
  [
    'DSK002',
    (c) => (c.boards[0].disks[1].device = c.boards[0].disks[0].device),
    [
      'DSK002 boards[0].disks[1].device: /dev/disk/by-id/usb-Example_Portable_0001-0:0 is already used by boards[0].disks[0].device',
    ],
  ],
  [
    'DSK003',
    (c) => c.boards[2].disks.push({ name: 'more', device: '/dev/disk/by-id/x', purpose: 'system' }),
    ["DSK003 boards[2].disks[1].purpose: purpose 'system' is already used by boards[2].disks[0].purpose"],
  ],
  [
    'VIP003',
    (c) => (c.boards[2].vrrpPriority = 244),
    ['VIP003 boards[2].vrrpPriority: the VRRP priority 244 is already used by boards[0].address'],
  ],
  [
    'OUT007',
    (c) => delete c.git.knownHosts,
    ['OUT007 git: ssh://git@git.example.org/alice/home.git is reached by ssh, and git.knownHosts is missing'],
  ],
  [
    'DNAS001',
    (c) => (c.shares[2].on = ['fir/system']),
    ["DNAS001 shares[2].on[0]: the disk \"fir/system\" has purpose 'system', and shares need purpose 'dnas'"],
  ],
  [
    'DNAS003',
    (c) => (c.shares[2].name = 'homes'),
    ['DNAS003 shares[2].name: "homes" has a meaning of its own for Samba or Windows'],
  ],
  ['DNAS006', (c) => (c.shares[1].people = ['alicia']), ['DNAS006 shares[1].people[0]: "alicia" is not in people']],
  [
    'DNAS009',
    (c) => (c.shares[3].nfs.clients = ['0.0.0.0/0']),
    ['DNAS009 shares[3].nfs.clients[0]: 0.0.0.0/0 is not inside network.subnet, 192.168.1.0/24'],
  ],
  [
    'DNAS010',
    (c) => Object.assign(c.shares[2], { nfs: { clients: ['192.168.1.0/24'], exportId: exportIdOfGames } }),
    ['DNAS010 shares[3].nfs: the export number 37442 is already used by shares[2].nfs'],
  ],
  [
    'DNAS015',
    (c) => delete c.shares[1].people,
    ['DNAS015 shares[1]: the share "documents" is served by SMB and names nobody in people'],
  ],
  [
    'DNAS016',
    (c) => {
      c.shares[1].smb = false;
    },
    ['DNAS016 shares[1].smb: the share "documents" is served neither by SMB nor by NFS'],
  ],
  [
    'ACK001',
    (c) => (c.acknowledge = [{ code: 'K3S002', reason: 'a reason of some length' }]),
    ['ACK001 acknowledge[0].code: no warning has the code K3S002'],
  ],
];

describe('a mistake gives one problem, with both sides', () => {
  it.each(breaks)('%s', (_code, change, expected) => {
    expect(problemsOf(changed(change))).toEqual(expected);
  });

  it('is shown for every rule', () => {
    const elsewhere = ['K3S002', 'VIP002'];
    const shown = new Set([...breaks.map(([code]) => code), ...elsewhere]);
    expect(rules.map(({ code }) => code).filter((code) => !shown.has(code))).toEqual([]);
  });

  it('K3S002: four servers are warned of, and the warning can be acknowledged', () => {
    const four = changed((c: Anything) => (c.boards[4].role = 'agent'), full) as Anything;
    expect(problemsOf(four)).toEqual([
      'K3S002 boards: 4 boards have the role server: they bear the loss of one board, as 3 would',
    ]);
    expect(problemsOf({ ...four, acknowledge: [{ code: 'K3S002', reason: 'a fifth board is on its way' }] })).toEqual(
      [],
    );
  });

  it('VIP002: a virtual IP that ends with 0 needs a router id', () => {
    const wide = changed((c: Anything) => (c.network.virtualIp = '10.20.1.0'), full) as Anything;
    expect(problemsOf(changed((c: Anything) => delete c.network.virtualRouterId, wide))).toEqual([
      'VIP002 network.virtualIp: 10.20.1.0 ends with 0, so that no virtual router id can be taken from it',
    ]);
    expect(problemsOf(wide)).toEqual([]);
  });
});

describe('what is right is not refused', () => {
  it.each(Object.entries(households))('the household %s', (_name, config) => {
    expect(problemsOf(config)).toEqual([]);
  });

  it('random homes', () => {
    fc.assert(fc.property(randomHome, (config) => expect(problemsOf(config)).toEqual([])));
  });

  it.each<[string, (config: Anything) => void]>([
    ['the last address before the broadcast address', (c) => (c.boards[2].address = '192.168.1.254')],
    ['the address before the leases', (c) => (c.boards[2].address = '192.168.1.99')],
    ['a /24 of pods for each board', (c) => (c.network.pods = '10.42.0.0/22')],
    ['the smallest service network', (c) => (c.network.services = '10.43.0.0/27')],
    ['the largest service network', (c) => (c.network.services = '10.96.0.0/12')],
    ['2 GiB for a server', (c) => (c.boards[2].memory = '2GiB')],
    ['a single client of NFS', (c) => (c.shares[3].nfs.clients = ['192.168.1.7/32'])],
    ['the same disk name on two boards', (c) => (c.boards[2].disks[0].name = 'data')],
    ['the largest uid', (c) => (c.people[0].uid = 59999)],
  ])('%s', (_what, change) => {
    expect(problemsOf(changed(change))).toEqual([]);
  });
});

describe('all at once', () => {
  it('three mistakes give three problems', () => {
    const three = changed((c: Anything) => {
      c.network.gateway = '192.168.2.1';
      c.boards[0].adress = '1';
      c.shares[1].people = ['alicia'];
    });
    expect(problemsOf(three)).toEqual([
      'CFG001 boards[0].adress: there is no such key in boards[0]',
      'DNAS006 shares[1].people[0]: "alicia" is not in people',
    ]);
    const without = changed((c: Anything) => delete c.boards[0].adress, three);
    expect(problemsOf(without)).toEqual([
      'NET005 network.gateway: 192.168.2.1 is outside network.subnet, 192.168.1.0/24',
      'DNAS006 shares[1].people[0]: "alicia" is not in people',
    ]);
  });
});

describe('anything at all', () => {
  it('at the place of the config: problems, never a crash', () => {
    const cyclic: Record<string, unknown> = {};
    cyclic['home'] = cyclic;
    const throwing = Object.defineProperty({}, 'home', {
      enumerable: true,
      get: () => {
        throw new Error('no');
      },
    });
    for (const value of [
      undefined,
      null,
      0,
      '',
      [],
      {},
      () => 1,
      new Map(),
      cyclic,
      throwing,
      JSON.parse('{"__proto__": {"x": 1}}'),
    ]) {
      expect(problemsOf(value)).not.toEqual([]);
    }
  });

  it('in the place of each key: a problem at that key', () => {
    for (const path of keyPaths(configJsonSchema())) {
      for (const wrong of [null, Symbol.iterator, Number.POSITIVE_INFINITY, [[]], { 'not a key': 1 }, '\u0000']) {
        const problems = problemsOf(changed((c: Anything) => setAt(c, path, wrong), full));
        if (isRight(path, wrong)) continue;
        const place = formatPath(path.map((part) => (part === '[]' ? 0 : part)));
        expect({ place, wrong, problems: problems.filter((text) => text.includes(`${place}`)) }).not.toMatchObject({
          problems: [],
        });
      }
    }
  });

  it('fuzzed: nothing but ConfigError is thrown', () => {
    const paths = keyPaths(configJsonSchema());
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.anything(), (path, value) => {
        problemsOf(changed((c: Anything) => setAt(c, path, value), full));
      }),
      { numRuns: 300 },
    );
  });
});

it('the full household uses every option that can be used', () => {
  const unused = keyPaths(configJsonSchema()).filter((path) => {
    const values = path.reduce<Anything[]>(
      (at, key) => at.flatMap((value) => (key === '[]' ? (value ?? []) : [value?.[key]])),
      [full],
    );
    return values.every((value) => value === undefined);
  });
  const notYet = Object.entries(configJsonSchema().properties ?? {}).flatMap(([key, { const: only }]) =>
    only === false ? [key] : [],
  );
  const elsewhere = ['boards.[].vrrpPriority', 'acknowledge', 'versions', 'shares.[].sync', 'shares.[].nextcloud'];
  expect(
    unused
      .map((path) => path.join('.'))
      .filter((key) => !notYet.includes(key) && !elsewhere.some((one) => key.startsWith(one))),
  ).toEqual([]);
});

/** Every key of the schema, with `[]` for the elements of a list. */
function keyPaths(schema: JsonSchema, path: readonly string[] = []): (readonly string[])[] {
  const inside = schema.items ? [...keyPaths(schema.items, [...path, '[]'])] : [];
  const below = Object.entries(schema.properties ?? {}).flatMap(([key, property]) =>
    keyPaths(property, [...path, key]),
  );
  return [...(path.length > 0 ? [path] : []), ...inside, ...below];
}

/** Sets a value, making the groups and lists above it where they are missing. */
function setAt(target: Anything, path: readonly string[], value: unknown): void {
  const keys = path.map((part) => (part === '[]' ? 0 : part));
  let at = target;
  for (const [index, key] of keys.slice(0, -1).entries()) {
    if (typeof at[key] !== 'object' || at[key] === null) at[key] = typeof keys[index + 1] === 'number' ? [] : {};
    at = at[key];
  }
  at[keys.at(-1) ?? ''] = value;
}

/** Values that are right where any text or any key is taken. */
function isRight(path: readonly string[], wrong: unknown): boolean {
  const key = path.join('.');
  if (key.startsWith('traefik.values')) return wrong !== null && typeof wrong === 'object' && !Array.isArray(wrong);
  return (
    typeof wrong === 'string' && ['git.knownHosts', 'people.[].fullName', 'boards.[].disks.[].erase'].includes(key)
  );
}
