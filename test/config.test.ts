import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { configJsonSchema, type JsonSchema } from '../cli/reference.ts';
import { checkConfig } from '../model/check.ts';
import type { WrittenConfig } from '../model/config.ts';
import { ConfigError, formatPath, type Problem } from '../model/problems.ts';
import { copyOf } from './fixture.ts';
import { households, modelOf } from './homes.ts';
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
  const copy = copyOf(config) as Record<string, never>;
  change(copy);
  return copy;
}

/** What may stand in a test of the family's config: any key, any value. */
// biome-ignore lint/suspicious/noExplicitAny: the tests write what the types refuse
type Anything = any;

describe('what is right is not refused', () => {
  it.each(Object.entries(households))('the household %s', (_name, config) => {
    expect(problemsOf(config)).toEqual([]);
  });

  it('random homes', () => {
    fc.assert(fc.property(randomHome, (config) => expect(problemsOf(config)).toEqual([])));
  });
});

describe('all at once', () => {
  it('three mistakes give three problems, also where one of them is in the shape', () => {
    const three = changed((c: Anything) => {
      c.network.gateway = '192.168.2.1';
      c.boards[0].adress = '1';
      c.shares[1].people = ['alicia'];
    });
    expect(problemsOf(three)).toEqual([
      'CFG001 boards[0].adress: there is no such key in boards[0]',
      'NET005 network.gateway: 192.168.2.1 is outside network.subnet, 192.168.1.0/24',
      'DNAS006 shares[1].people[0]: "alicia" is not in people',
    ]);
  });

  it('a board that is half unknown does not hide the others, nor what is known of it', () => {
    const config = changed((c: Anything) => {
      c.boards[0].address = 'oak';
      c.boards[0].memory = '1GiB';
      c.boards[2].address = '192.168.1.150';
      c.boards[1].disks[1].device = c.boards[1].disks[0].device;
    });
    expect(problemsOf(config)).toEqual([
      'CFG004 boards[0].address: "oak" is not an IPv4 address',
      'NET009 boards[2].address: 192.168.1.150 is one of the addresses that the router leases, network.dhcp 192.168.1.100-192.168.1.199',
      'NODE006 boards[0].memory: 1 GiB is too little for a server, which needs 2 GiB',
      'DSK002 boards[1].disks[1].device: /dev/disk/by-id/usb-Example_Portable_0003-0:0 is already used by boards[1].disks[0].device',
    ]);
  });

  it('what cannot be known is not guessed: a board without a name leaves its disks open', () => {
    const config = changed((c: Anything) => {
      c.boards[0].name = 'Oak';
      c.network.virtualIp = '192.168.1.150';
    });
    expect(problemsOf(config).map((text) => text.split(' ')[0])).toEqual(['CFG004', 'NET009']);
  });

  it('warnings are told beside errors, and answered in the config', () => {
    const config = (c: Anything) => {
      delete c.boards[2].disks;
      c.network.gateway = '192.168.2.1';
    };
    expect(problemsOf(changed(config)).map((text) => text.split(' ')[0])).toEqual(['NET005', 'K3S006']);
    const answered = (c: Anything) => {
      config(c);
      c.acknowledge = [{ code: 'K3S006', reason: 'the card is replaced every year' }];
    };
    expect(problemsOf(changed(answered)).map((text) => text.split(' ')[0])).toEqual(['NET005']);
  });
});

describe('the port of SSH', () => {
  const ports = modelOf(full).boards.flatMap(({ ports }) =>
    ports.flatMap(({ port, protocol, purpose }) =>
      protocol === 'tcp' && purpose !== 'SSH' && port !== null ? [port] : [],
    ),
  );

  it.each([...new Set(ports)])('is not %i, which the home opens for something else', (port) => {
    expect(problemsOf(changed((c: Anything) => (c.boards[0].ssh = { port })))).toEqual([
      `NODE014 boards[0].ssh.port: ${port} is a port that homecloud opens on boards for something else`,
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
        const problems = problemsOf(changed((c: Anything) => setAt(c, path, wrong)));
        if (isRight(path, wrong)) continue;
        const place = formatPath(path.map((part) => (part === '[]' ? 0 : part)));
        expect({ place, wrong, problems: problems.filter((text) => text.includes(`${place}`)) }).not.toMatchObject({
          problems: [],
        });
      }
    }
  });

  it('any value at any path: nothing but ConfigError is thrown, and what passes gives a home', () => {
    const paths = keyPaths(configJsonSchema());
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withSparseArray: true,
    });
    fc.assert(
      fc.property(fc.constantFrom(...paths), anything, (path, value) => {
        const config = changed((c: Anything) => setAt(c, path, value), full);
        if (problemsOf(config).length === 0) modelOf(config as WrittenConfig);
      }),
      { numRuns: 250 },
    );
  });

  it.each<[string, unknown, number]>([
    ['a long text', 'a'.repeat(1_000_000), 0],
    ['a long list', Array.from({ length: 2000 }, () => 'a'), 1],
    ['many keys', Object.fromEntries(Array.from({ length: 2000 }, (_none, index) => [`key${index}`, index])), 2],
    ['deep lists', Array.from({ length: 5000 }).reduce<unknown>((inner) => [inner], []), 3],
    ['a text that regular expressions stumble over', `${'a-'.repeat(50_000)}!`, 4],
  ])('%s at any path is judged within 2 s of work', (_what, value, turn) => {
    // Each value at every fifth path: together they meet all.
    for (const path of keyPaths(configJsonSchema()).filter((_path, index) => index % 5 === turn)) {
      const before = process.cpuUsage();
      problemsOf(changed((c: Anything) => setAt(c, path, value), full));
      const { user, system } = process.cpuUsage(before);
      expect({ path, isSlow: user + system > 2_000_000 }).toEqual({ path, isSlow: false });
    }
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
  const elsewhere = [
    'boards.[].vrrpPriority',
    'acknowledge',
    'versions',
    'git.isPublic',
    'git.board',
    // A home has one provider.
    'certificates.dns.cloudflare',
    'certificates.dns.digitalocean',
    'certificates.dns.rfc2136',
    'certificates.dns.acmeDns',
    'observability.noReceivers',
    'shares.[].nextcloud',
    // That of a release is the same.
    'charts.[].app',
  ];
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
  if (
    /^(traefik|certificates|observability|longhorn|management\.\w+|releases\.\[\])\.values|^hardening\.variables|^kustomize\.patches\.\[\]\.patch$/.test(
      key,
    )
  )
    return wrong !== null && typeof wrong === 'object' && !Array.isArray(wrong);
  return (
    typeof wrong === 'string' && ['git.knownHosts', 'people.[].fullName', 'boards.[].disks.[].erase'].includes(key)
  );
}
