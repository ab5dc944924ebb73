import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatProblem } from '../cli/problems.ts';
import { catalogue } from '../model/catalogue.ts';
import { rules } from '../model/check.ts';
import type { WrittenConfig } from '../model/config.ts';
import { meets } from '../model/pattern.ts';
import type { Path } from '../model/problems.ts';
import { readConfig } from '../model/read.ts';
import type { Rule } from '../model/rules.ts';
import {
  changed,
  codeOf,
  type Fixture,
  isRendered,
  loadFixtures,
  problemsOf,
  renderedProblemsOf,
  textsOf,
} from './fixture.ts';

let fixtures: ReadonlyMap<string, Fixture>;
const names = readdirSync(join(__dirname, 'invalid')).map((file) => file.replace(/\.ts$/, ''));

beforeAll(async () => {
  fixtures = await loadFixtures();
});

function fixture(name: string): Fixture {
  const found = fixtures.get(name);
  if (found === undefined) throw new Error(`there is no fixture ${name}`);
  return found;
}

/** All that is reported: also, where a fixture is about that, by synthesizing. */
function reported(name: string, config: WrittenConfig): string[] {
  return isRendered(codeOf(name))
    ? renderedProblemsOf(config).map((problem) => formatProblem(problem))
    : textsOf(config);
}

describe.each(names)('%s', (name) => {
  it('reports one problem, and this is its text', () => {
    const { home, break: change, problems } = fixture(name);
    expect(reported(name, changed(home, change))).toEqual(problems);
    expect(problems).toEqual([expect.stringMatching(new RegExp(`^(error|warning) ${codeOf(name)}\n`))]);
  });

  it('lets pass what goes as far as it may', () => {
    const { home, nearMisses = {} } = fixture(name);
    for (const [what, change] of Object.entries(nearMisses)) {
      expect([what, ...reported(name, changed(home, change))]).toEqual([what]);
    }
  });
});

const codes = new Set(names.map(codeOf));

it('each code has a fixture, and a near miss where there is a limit', () => {
  const all = catalogue.filter(({ kind }) => kind === 'rule').map(({ code }) => code);
  expect(all.filter((code) => !codes.has(code))).toEqual([]);
  expect([...codes].filter((code) => !all.includes(code))).toEqual([]);
  const withNearMiss = new Set(names.filter((name) => fixture(name).nearMisses !== undefined).map(codeOf));
  expect(rules.map(({ code }) => code).filter((code) => !withNearMiss.has(code))).toEqual([]);
});

it.each(rules.map(({ code }) => code))('%s: without the rule, its fixtures report something else', (code) => {
  const others = rules.filter((rule) => rule.code !== code);
  for (const name of names.filter((name) => codeOf(name) === code)) {
    const { home, break: change, problems } = fixture(name);
    expect([name, ...textsOf(changed(home, change), others)]).not.toEqual([name, ...problems]);
  }
});

it('a rule reads no field that it does not declare', () => {
  const narrow = rules.map((rule) => ({
    ...rule,
    check: only(rule),
  }));
  for (const [name, { home, break: change, problems, nearMisses = {} }] of fixtures) {
    if (isRendered(codeOf(name))) continue;
    expect(textsOf(changed(home, change), narrow)).toEqual(problems);
    for (const near of Object.values(nearMisses)) expect(textsOf(changed(home, near), narrow)).toEqual([]);
  }
});

it('any set of mistakes reports each of them, save where one makes a field unknown that another is about', () => {
  const family = names.filter((name) => fixture(name).home === undefined && !isRendered(codeOf(name)));
  const touched = new Map(
    family.map((name) => {
      const { break: change, reliesOn = [] } = fixture(name);
      return [name, [...differences(changed(), changed('family', change)), ...reliesOn]];
    }),
  );
  fc.assert(
    fc.property(fc.shuffledSubarray(family, { minLength: 2, maxLength: 6 }), (chosen) => {
      // Two fixtures that write the same field are one mistake.
      const together = chosen.filter((name, index) =>
        chosen.slice(0, index).every((other) => !overlap(touched.get(name) ?? [], touched.get(other) ?? [])),
      );
      const config = changed('family', ...together.map((name) => fixture(name).break));
      const reported = problemsOf(config);
      const codes = reported.map(({ code }) => code);
      const errors = reported.filter(({ severity }) => severity === 'error');
      const { unknown: unread } = readConfig(config);
      for (const code of together.map(codeOf)) {
        const fields = rules.filter((rule) => rule.code === code).flatMap(patternsOf);
        const unknown = [
          ...unread,
          // Of two that are the same, nobody knows which one is wrong.
          ...errors
            .filter((problem) => problem.code !== code)
            .flatMap(({ path, other }) => (other === undefined ? [path] : [path, other])),
        ];
        // An answer to a warning that an error hides is kept.
        const isUnknown =
          code === 'ACK001' ? errors.length > 0 : unknown.some((path) => fields.some((field) => meets(field, path)));
        if (!isUnknown) expect({ together, codes }).toMatchObject({ codes: expect.arrayContaining([code]) });
      }
    }),
    { numRuns: 400 },
  );
});

/** Where two configs differ, as deep as can be told. */
function differences(a: unknown, b: unknown, path: Path = []): Path[] {
  if (!isObject(a) || !isObject(b)) return Object.is(a, b) ? [] : [path];
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].flatMap((key) =>
    differences(written(a, key), written(b, key), [...path, Array.isArray(a) ? Number(key) : key]),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** The value of a key; a getter that throws is a value of its own. */
function written(object: Record<string, unknown>, key: string): unknown {
  const property = Object.getOwnPropertyDescriptor(object, key);
  return property?.get ?? property?.value;
}

/** Whether a field of one list lies in, or around, one of the other. */
function overlap(some: readonly Path[], others: readonly Path[]): boolean {
  const texts = (paths: readonly Path[]) => paths.map((path) => `${path.join('/')}/`);
  return texts(some).some((one) => texts(others).some((other) => one.startsWith(other) || other.startsWith(one)));
}

it('the order of lists does not change the set of problems', () => {
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.infiniteStream(fc.nat()), (name, seeds) => {
      const { home, break: change } = fixture(name);
      const config = changed(home, change);
      const shuffled = { ...config };
      for (const section of ['boards', 'people', 'shares'] as const) {
        const list: readonly unknown[] = config[section] ?? [];
        const sorted = list.map((element) => [seeds.next().value as number, element] as const);
        Object.assign(shuffled, { [section]: sorted.sort(([a], [b]) => a - b).map(([, element]) => element) });
      }
      const kinds = (config: unknown) =>
        problemsOf(config).map(
          ({ code, severity, path }) =>
            `${severity} ${code} ${path.filter((part) => typeof part === 'string').join('.')}`,
        );
      // Of two that clash, the later in the list is the one that is told.
      expect(kinds(shuffled).map(sides)).toEqual(kinds(config).map(sides));
    }),
    { numRuns: 150 },
  );
});

/** A clash of priorities or of export numbers is told at whichever key the later of the two has. */
function sides(kind: string): string {
  return kind.replace(/^(error (VIP003|DNAS010)) .*/, '$1');
}

function patternsOf({ reads, readsAll, readsIfKnown }: Rule): readonly string[] {
  return [...reads, ...readsAll, ...readsIfKnown];
}

/** The check of a rule, which gets a copy with the fields of its patterns only, and holes where the value has them. */
function only(rule: Rule): Rule['check'] {
  const fields: Fields = new Map();
  for (const pattern of patternsOf(rule)) {
    let inside = fields;
    for (const step of pattern.split(/\.|(?=\[\])/)) {
      const next: Fields = inside.get(step) ?? new Map();
      inside.set(step, next);
      inside = next;
    }
    inside.set('', new Map());
  }
  return (view: unknown) => rule.check(copyOfFields(view, fields) as never);
}

/** By the next step of the patterns: a name, `[]`, or `''` where a pattern ends and all inside is read. */
type Fields = Map<string, Fields>;

function copyOfFields(value: unknown, fields: Fields): unknown {
  if (typeof value !== 'object' || value === null || fields.has('')) return value;
  if (Array.isArray(value)) return value.map((element) => copyOfFields(element, fields.get('[]') ?? new Map()));
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      const inside = fields.get(key);
      return inside === undefined ? [] : [[key, copyOfFields(inner, inside)]];
    }),
  );
}
