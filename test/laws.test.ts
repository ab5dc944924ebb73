import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { load } from 'js-yaml';
import { synthesize } from '../cli/home.ts';
import { pins } from '../imports/versions.ts';
import type { WrittenConfig } from '../model/config.ts';
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

/** Everything that breaks a law in a home. */
async function breaches(config: WrittenConfig): Promise<Record<string, string[]>> {
  const model = modelOf(config);
  const tree = await synthesize(model);
  return Object.fromEntries(
    laws.flatMap(([law, broken]) => {
      const found = broken(tree, model);
      return found.length > 0 ? [[law, found]] : [];
    }),
  );
}

describe('the laws', () => {
  it.each(Object.entries(households))('hold in the household %s', async (_name, config) => {
    expect(await breaches(config)).toEqual({});
  });

  it('hold in random homes', async () => {
    await fc.assert(
      fc.asyncProperty(randomHome, async (config) => {
        expect(await breaches(config)).toEqual({});
      }),
      { numRuns: 60 },
    );
  });

  it('the same config gives the same tree, whatever the order of its lists', async () => {
    await fc.assert(
      fc.asyncProperty(randomHome, fc.infiniteStream(fc.nat()), async (config, numbers) => {
        const shuffle = <T>(list: readonly T[] | undefined) =>
          [...(list ?? [])]
            .map((entry) => ({ entry, key: numbers.next().value }))
            .sort((a, b) => a.key - b.key)
            .map(({ entry }) => entry);
        const shuffled: WrittenConfig = {
          ...config,
          people: shuffle(config.people),
          boards: shuffle(config.boards),
          shares: shuffle(config.shares).map((share) => ({
            ...share,
            on: shuffle(share.on),
            people: shuffle(share.people),
          })),
        };
        expect([...(await synthesize(modelOf(shuffled)))]).toEqual([...(await synthesize(modelOf(config)))]);
      }),
      { numRuns: 30 },
    );
  });

  it('law 6: another board changes the files of the old ones only in the lists that name its peers', async () => {
    await fc.assert(
      fc.asyncProperty(randomHome, fc.boolean(), async (config, manyServers) => {
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
        const before = await synthesize(modelOf(config));
        const after = await synthesize(modelOf({ ...config, boards: [...config.boards, ...more] }));
        for (const [path, text] of before) {
          const board = config.boards.find(({ name }) => path.split(/[/.]/).includes(name));
          if (board === undefined) continue;
          expect({ path, value: withoutPeers(load(after.get(path) ?? '')) }).toEqual({
            path,
            value: withoutPeers(load(text)),
          });
        }
      }),
      { numRuns: 30 },
    );
  });

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
