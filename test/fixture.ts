import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { kubernetes } from '../charts/kubernetes.ts';
import { formatProblem } from '../cli/problems.ts';
import { checkConfig } from '../model/check.ts';
import type { WrittenConfig } from '../model/config.ts';
import { renderedRules } from '../model/own-rendered.ts';
import { ConfigError, type Path, type Problem } from '../model/problems.ts';
import type { Rule } from '../model/rules.ts';
import { households, modelOf } from './homes.ts';

/** A home as a fixture changes it: also to what the types refuse. */
// biome-ignore lint/suspicious/noExplicitAny: fixtures write what is wrong
type Changed = any;

type Change = (home: Changed) => void;

/** The smallest change of a valid home that breaks one rule: `test/invalid/<code>-<name>.ts`. */
export interface Fixture {
  /** @default 'family' */
  readonly home?: keyof typeof households;
  readonly break: Change;
  /** Fields that it leaves alone and that must stay as they are, for it to be a mistake. */
  readonly reliesOn?: readonly Path[];
  /** All that is reported, as a person reads it, without the places. */
  readonly problems: readonly string[];
  /** Changes that go as far as they may, by what they are: each leaves a valid home without a warning. */
  readonly nearMisses?: Readonly<Record<string, Change>>;
}

/** The fixtures, by their file names without the ending. */
export async function loadFixtures(): Promise<ReadonlyMap<string, Fixture>> {
  const folder = join(__dirname, 'invalid');
  const names = readdirSync(folder).map((file) => file.replace(/\.ts$/, ''));
  const fixtures = names.sort().map(async (name) => {
    const { default: fixture } = (await import(join(folder, `${name}.ts`))) as { default: Fixture };
    return [name, fixture] as const;
  });
  return new Map(await Promise.all(fixtures));
}

/** The code of the rule that a fixture breaks. */
export function codeOf(name: string): string {
  return name.split('-')[0] ?? name;
}

/** A copy of a household, changed. */
export function changed(home: keyof typeof households = 'family', ...changes: readonly Change[]): WrittenConfig {
  const copy = copyOf(households[home]);
  for (const change of changes) change(copy);
  return copy;
}

/** A deep copy; a function is the same in both. */
export function copyOf<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf) as T;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, copyOf(entry)])) as T;
}

/** Whether only synthesizing tells what a fixture breaks. */
export function isRendered(code: string): boolean {
  return renderedRules.some((rule) => rule.code === code);
}

/** What is reported about a config whose shape and rules are right, when its objects are made. */
export function renderedProblemsOf(config: WrittenConfig): readonly Problem[] {
  const warnings = problemsOf(config);
  if (warnings.length > 0) return warnings;
  try {
    kubernetes(modelOf(config));
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

/** What is reported about a config. */
export function problemsOf(config: unknown, rules?: readonly Rule[]): readonly Problem[] {
  try {
    return checkConfig(config, rules).warnings;
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

/** What is reported, as a person reads it. */
export function textsOf(config: unknown, rules?: readonly Rule[]): string[] {
  return problemsOf(config, rules).map((problem) => formatProblem(problem));
}

/** A chart of Helm, with what is written here; its values name a claim and a Secret. */
export function releaseOf(app: object, more: object = {}): NonNullable<WrittenConfig['releases']>[number] {
  return {
    name: 'forge',
    repository: 'https://charts.example.org',
    chart: 'forge',
    version: '1.2.3',
    values: { existingClaim: 'data', existingSecret: 'app-secrets' },
    resources: { memory: '64MiB', memoryLimit: '64MiB' },
    app,
    ...more,
  };
}
