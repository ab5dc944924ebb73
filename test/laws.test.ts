import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { load } from 'js-yaml';
import { synthesize } from '../cli/home.ts';
import { pins } from '../imports/versions.ts';
import type { WrittenConfig } from '../model/config.ts';
import type { Model } from '../model/model.ts';
import type { Tree } from '../tree/tree.ts';
import { households, modelOf } from './homes.ts';
import { fileLaws } from './laws/files.ts';
import { fluxLaws } from './laws/flux.ts';
import { namespaceLaws } from './laws/namespaces.ts';
import { photoLaws } from './laws/photos.ts';
import { pinLaws } from './laws/pins.ts';
import { podLaws } from './laws/pods.ts';
import { referenceLaws } from './laws/references.ts';
import { routeLaws } from './laws/routes.ts';
import { secretLaws } from './laws/secrets.ts';
import { randomHome } from './random-home.ts';

/** The laws of the design, on the golden households and on random homes. */
const laws = [
  fileLaws,
  secretLaws,
  pinLaws,
  referenceLaws,
  photoLaws,
  routeLaws,
  namespaceLaws,
  podLaws,
  fluxLaws,
].flatMap((of) => Object.entries(of));

/** Everything that breaks a law in a home, whose tree it is. */
function breaches(model: Model, tree: Tree): Record<string, string[]> {
  return Object.fromEntries(
    laws.flatMap(([law, broken]) => {
      const found = broken(tree, model);
      return found.length > 0 ? [[law, found]] : [];
    }),
  );
}

describe('the laws', () => {
  it.each(Object.entries(households))('hold in the household %s', async (_name, config) => {
    const model = modelOf(config);
    expect(breaches(model, await synthesize(model))).toEqual({});
  });

  // One property for all of it: the tree of a home takes as long as to judge it.
  it('hold in random homes, whatever the order of their lists, and with another board', async () => {
    await fc.assert(
      fc.asyncProperty(randomHome, fc.infiniteStream(fc.nat()), fc.boolean(), async (config, numbers, manyServers) => {
        const model = modelOf(config);
        const tree = await synthesize(model);
        expect(breaches(model, tree)).toEqual({});
        expect([...(await synthesize(modelOf(shuffled(config, numbers))))]).toEqual([...tree]);
        // Law 6: another board changes the files of the old ones only in the lists that name its peers.
        const larger = await synthesize(modelOf(withMoreBoards(config, manyServers)));
        for (const [path, text] of tree) {
          if (!config.boards.some(({ name }) => path.split(/[/.]/).includes(name))) continue;
          expect({ path, value: withoutPeers(load(larger.get(path) ?? '')) }).toEqual({
            path,
            value: withoutPeers(load(text)),
          });
        }
      }),
      // Before the time of the test is over, which would not tell the home.
      { numRuns: 60, interruptAfterTimeLimit: 150_000, markInterruptAsFailure: true },
    );
  }, 180_000);

  it('law 3: a password in the address of the repository is refused', () => {
    const url = 'ssh://git:hunter2canary@git.example.org/a/home.git';
    const { family } = households;
    expect(() => modelOf({ ...family, git: { ...family.git, url } })).toThrow('is not a Git address');
  });

  it('law 4: every pin is used', async () => {
    const texts = [...(await synthesize(modelOf(households.full))).values()].join('\n');
    const unused = Object.entries(pins).filter(
      ([, { source, version }]) => !texts.includes(source.split('#')[0] ?? source) || !texts.includes(version),
    );
    expect(unused.map(([name]) => name)).toEqual([]);
  });
});

/** The same home, with its lists in another order. */
function shuffled(config: WrittenConfig, numbers: fc.Stream<number>): WrittenConfig {
  const shuffle = <T>(list: readonly T[] | undefined) =>
    [...(list ?? [])]
      .map((entry) => ({ entry, key: numbers.next().value }))
      .sort((a, b) => a.key - b.key)
      .map(({ entry }) => entry);
  return {
    ...config,
    people: shuffle(config.people),
    boards: shuffle(config.boards),
    shares: shuffle(config.shares).map((share) => ({ ...share, on: shuffle(share.on), people: shuffle(share.people) })),
  };
}

/** The home with an agent more, or with two servers where `manyServers` and the quorum allow them. */
function withMoreBoards(config: WrittenConfig, manyServers: boolean): WrittenConfig {
  const subnet = config.network.subnet.replace(/\.0\/24$/, '');
  const added = (name: string, number: number, role: 'server' | 'agent') => ({
    ...config.boards[0],
    name,
    role,
    address: `${subnet}.${number}`,
    hardware: 'arm64' as const,
    memory: '4GiB',
    ssh: {},
    disks: [],
  });
  const servers = config.boards.filter(({ role }) => role === 'server').length;
  const more =
    manyServers && servers > 1 && servers < 5
      ? [added('new-a', 91, 'server'), added('new-b', 19, 'server')]
      : [added('new-a', 91, 'agent')];
  return { ...config, boards: [...config.boards, ...more] };
}

/** A board's values without the lists that name other boards. */
function withoutPeers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPeers);
  if (typeof value !== 'object' || value === null) return value;
  const peers = ['tls-san', 'firewall_boards', 'k3s_join_addresses', 'keepalived_peers'];
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !peers.includes(key))
      .map(([key, entry]) => [key, withoutPeers(entry)]),
  );
}
