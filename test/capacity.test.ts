import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { reportFacts } from '../cli/report.ts';
import { cpuFit, memoryFit, type Pods, type Room, roomOf } from '../model/capacity.ts';
import { checkConfig } from '../model/check.ts';
import { fitRule, outages } from '../model/fit.ts';
import { cpuMillis, memoryBytes } from '../model/quantity.ts';
import { overrideResources } from '../model/resources.ts';
import { slices } from '../model/slices.ts';
import { households, modelOf } from './homes.ts';

const mebibyte = 2 ** 20;

const board = (name: string, mebibytes: number, cpu: number | null = 4000): Room => ({
  name,
  room: { memory: mebibytes * mebibyte, cpu },
  containers: [],
});

const pods = (name: string, mebibytes: number, replicas = 1): Pods => ({
  name,
  replicas,
  resources: { cpuRequest: '10m', memoryRequest: `${mebibytes}Mi`, memoryLimit: null },
});

describe('what fits', () => {
  it('is what fits in any order', () => {
    const boards = fc.array(fc.integer({ min: 50, max: 400 }), { minLength: 1, maxLength: 5 });
    const sizes = fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 12 });
    fc.assert(
      fc.property(boards, sizes, fc.infiniteStream(fc.nat()), (rooms, sizes, chance) => {
        const all = sizes.map((size, index) => pods(`${index}`, size));
        fc.pre(
          memoryFit(
            rooms.map((room, index) => board(`${index}`, room)),
            all,
          ).fits,
        );
        // A scheduler with any preference: each pod goes to any board that has room.
        const left = [...rooms];
        for (const size of sizes) {
          const possible = left.flatMap((room, index) => (room >= size ? [index] : []));
          expect(possible).not.toEqual([]);
          const chosen = possible[chance.next().value % possible.length] ?? 0;
          left[chosen] = (left[chosen] ?? 0) - size;
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('is not refused for less than the largest pod on each other board', () => {
    expect(memoryFit([board('a', 100), board('b', 100)], [pods('p', 30, 5)]).fits).toBe(true);
    expect(memoryFit([board('a', 100), board('b', 100)], [pods('p', 30, 6)]).fits).toBe(false);
    expect(memoryFit([board('a', 100)], [pods('p', 100)]).fits).toBe(true);
    expect(memoryFit([board('a', 100)], [pods('p', 101)]).fits).toBe(false);
  });

  it('counts what is bound to a board only there', () => {
    const resources = { cpuRequest: '50m', memoryRequest: '90Mi', memoryLimit: '90Mi' };
    const full = { ...board('a', 100), containers: [{ name: 'samba', resources }] };
    expect(memoryFit([full, board('b', 100)], [pods('p', 50)]).left).toBe(110 * mebibyte);
    // The shares of a board that is away wait for it.
    expect(memoryFit([board('b', 100)], [pods('p', 50)]).left).toBe(100 * mebibyte);
  });

  it('says nothing of processors that nobody knows', () => {
    expect(cpuFit([board('a', 100), board('b', 100, null)], [pods('p', 1)])).toBeNull();
    expect(cpuFit([board('a', 100, 15)], [pods('p', 1, 2)])).toEqual({ left: 15, asked: 20, largest: 10, fits: false });
  });
});

it('a board has less for pods than it has memory', () => {
  const room = roomOf({ hardware: 'raspberry-pi-4', role: 'server', memory: 4 * 1024 * mebibyte });
  expect(room.memory / mebibyte).toBeCloseTo(4096 * 0.92 * 0.95 - 1024, 0);
  expect(room.cpu).toBe(4000);
});

it('one board is never away, any of several may be', () => {
  expect(outages([board('a', 1)]).map(({ away }) => away)).toEqual([null]);
  expect(outages([board('a', 1), board('b', 1)]).map(({ away, boards }) => [away, boards.length])).toEqual([
    [null, 2],
    ['a', 1],
    ['b', 1],
  ]);
});

it('a home is refused when what can move does not fit without one board', () => {
  const { config } = checkConfig(households.family);
  const heavy = (memoryRequest: string) => ({
    name: 'heavy',
    pods: () => [{ name: 'heavy', replicas: 2, resources: { cpuRequest: '1m', memoryRequest, memoryLimit: null } }],
  });
  const findings = (memoryRequest: string) => [
    ...fitRule([...slices, heavy(memoryRequest)], []).check(config as never),
  ];
  expect(findings('1Gi')).toEqual([]);
  expect(findings('2600Mi')).toEqual([
    {
      path: ['boards'],
      message:
        'when oak is away, what may run on any board asks for 6.3 GiB of memory, and 7.1 GiB is there for it, in pieces: one pod asks for 2.5 GiB',
      hint: '"homecloud report capacity" shows who asks for what. Turn something off, or add a board or memory',
    },
  ]);
});

it.each(Object.entries(households))('the household %s fits with any board away', (_name, config) => {
  expect(reportFacts(modelOf(config)).outages.map(({ fits }) => fits)).not.toContain('no');
});

it('quantities are those of Kubernetes', () => {
  expect(['64Mi', '1Gi', '1.5Gi', '100M', '123'].map(memoryBytes)).toEqual([
    64 * mebibyte,
    1024 * mebibyte,
    1536 * mebibyte,
    100_000_000,
    123,
  ]);
  expect(['50m', '0.5', '2'].map(cpuMillis)).toEqual([50, 500, 2000]);
  expect(() => memoryBytes('much')).toThrow('much is no quantity of memory');
  expect(() => cpuMillis('1Gi')).toThrow('1Gi is no quantity of processors');
});

it('what the admin gives a chart counts', () => {
  const ours = { cpuRequest: '50m', memoryRequest: '64Mi', memoryLimit: '192Mi' };
  expect(overrideResources(ours, { limits: { memory: '1Gi' }, requests: { cpu: 1 } })).toEqual({
    cpuRequest: '1',
    memoryRequest: '64Mi',
    memoryLimit: '1Gi',
  });
  expect(overrideResources(ours, undefined)).toEqual(ours);
});
