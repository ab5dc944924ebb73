import { type Config, configSchema, type Section } from './config.ts';
import { ConfigError, type Problem } from './problems.ts';
import type { Rule } from './rules.ts';
import { schemaProblems } from './schema-problems.ts';
import { slices } from './slices.ts';

/** All rules, in the order in which their problems are told. */
export const rules: readonly Rule[] = slices.flatMap(({ rules = [] }) => rules);

/** A config that obeys the schema and every rule of severity error. */
export interface CheckedConfig {
  readonly config: Config;
  /** Warnings that the config does not acknowledge. */
  readonly warnings: readonly Problem[];
}

/**
 * Judges a written config: its shape, then every rule whose sections are well-formed.
 * @throws ConfigError with all problems at once, those of the shape first.
 */
export function checkConfig(written: unknown): CheckedConfig {
  const result = parse(written);
  if (!result.success) {
    const problems = schemaProblems(result.error.issues, written);
    const broken = new Set(problems.map(({ path }) => path[0]));
    const whole = broken.has(undefined) ? {} : wellFormedSections(written, broken);
    throw new ConfigError([...problems, ...breaches(whole, rules).filter(({ severity }) => severity === 'error')]);
  }
  const config = result.data;
  const problems = breaches(config, rules);
  const errors = problems.filter(({ severity }) => severity === 'error');
  const warnings = acknowledged(
    config,
    problems.filter(({ severity }) => severity === 'warning'),
  );
  if (errors.length > 0) throw new ConfigError([...errors, ...warnings]);
  return { config, warnings };
}

/** @throws ConfigError when the value cannot even be read: a getter throws, or it contains itself. */
function parse(written: unknown): ReturnType<typeof configSchema.safeParse> {
  try {
    return configSchema.safeParse(written);
  } catch (error) {
    const reason = error instanceof RangeError ? 'it contains itself' : String(error);
    const hint = 'write plain values: texts, numbers, lists and groups of keys';
    throw new ConfigError([
      { code: 'CFG006', severity: 'error', path: [], message: `cannot be read: ${reason}`, hint },
    ]);
  }
}

/** The sections without a problem of shape, with their defaults. */
function wellFormedSections(written: unknown, broken: ReadonlySet<unknown>): Partial<Config> {
  const sections = Object.entries(configSchema.shape).flatMap(([section, schema]) => {
    if (broken.has(section)) return [];
    const result = schema.safeParse((written as Record<string, unknown>)[section]);
    return result.success ? [[section, result.data] as const] : [];
  });
  return Object.fromEntries(sections);
}

function breaches(config: Partial<Config>, all: readonly Rule[]): Problem[] {
  return all
    .filter(({ reads }) => reads.every((section) => section in config))
    .flatMap(({ code, severity, check }) =>
      [...check(config as Config)].map((finding) => ({ code, severity, ...finding })),
    );
}

/** The warnings that the config does not answer, and one for each answer to a warning that does not exist. */
function acknowledged(config: Config, warnings: readonly Problem[]): Problem[] {
  const answered = new Set(config.acknowledge.map(({ code }) => code));
  const given = new Set(warnings.map(({ code }) => code));
  return [
    ...warnings.filter(({ code }) => !answered.has(code)),
    ...config.acknowledge.flatMap(({ code }, index) =>
      given.has(code)
        ? []
        : [
            {
              code: 'ACK001',
              severity: 'warning' as const,
              path: ['acknowledge' satisfies Section, index, 'code'],
              message: `no warning has the code ${code}`,
              hint: 'take the entry away: what it accepted is mended',
            },
          ],
    ),
  ];
}
