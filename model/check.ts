import { type Config, sections } from './config.ts';
import { fitRule } from './fit.ts';
import { hostNameRule } from './host-names.ts';
import { ownHostNameRule } from './own-host-names.ts';
import { ownNamespaceRule } from './own-namespaces.ts';
import { renderedRules } from './own-rendered.ts';
import { elementOf, meets, names } from './pattern.ts';
import { ConfigError, type Path, type Problem, type RuleFinding } from './problems.ts';
import { readConfig } from './read.ts';
import type { Rule } from './rules.ts';
import { shapeRules } from './schema-problems.ts';
import { slices } from './slices.ts';

/** All rules, in the order in which their problems are told. */
export const rules: readonly Rule[] = [
  ...slices.flatMap(({ rules = [] }) => rules),
  hostNameRule(slices, sections),
  ownNamespaceRule(slices, sections),
  ownHostNameRule(slices, sections),
  // The last: it adds up what all others let pass.
  fitRule(slices, sections),
];

/** A config that obeys the schema and every rule of severity error. */
export interface CheckedConfig {
  readonly config: Config;
  /** Warnings that the config does not acknowledge. */
  readonly warnings: readonly Problem[];
}

/**
 * Judges a written config: its shape, then every rule whose fields are known.
 * @throws ConfigError with all problems at once: those of the shape, then those of the rules, then warnings.
 */
export function checkConfig(written: unknown, all: readonly Rule[] = rules): CheckedConfig {
  const { config, problems, unknown } = readConfig(written);
  const { found, unsure } = breaches(config, unknown, all);
  const errors = [...problems, ...found.filter(({ severity }) => severity === 'error')];
  const given = found.filter(({ severity }) => severity === 'warning');
  const accepted = acknowledgements(config, unknown);
  const warnings = [
    ...given.filter(({ code }) => !accepted.some((accepted) => accepted.code === code)),
    ...stale(
      accepted.filter(({ code }) => !unsure.has(code) && !given.some((warning) => warning.code === code)),
      all,
    ),
  ];
  if (errors.length > 0) throw new ConfigError([...errors, ...warnings]);
  return { config: config as Config, warnings };
}

interface Breaches {
  readonly found: readonly Problem[];
  /** Codes of rules that could not be judged in full. */
  readonly unsure: ReadonlySet<string>;
}

/**
 * What the rules find. An error makes the field that it stands at unknown to the rules after it, so that one mistake
 * gives one problem.
 */
function breaches(config: unknown, unknown: readonly Path[], all: readonly Rule[]): Breaches {
  const doubts = [...unknown];
  const found: Problem[] = [];
  const unsure = new Set<string>();
  for (const rule of all) {
    const { code, severity } = rule;
    const view = viewOf(config, doubts, rule);
    if (view !== config) unsure.add(code);
    if (view === undefined) continue;
    const isField = (path: Path) => fieldsOf(rule).some((pattern) => names(pattern, path));
    for (const { isEitherWrong, ...finding } of (rule.check as (view: unknown) => Iterable<RuleFinding>)(view)) {
      found.push({ code, severity, ...finding });
      if (severity === 'warning' || rule.keepsValue) continue;
      const sides = isEitherWrong && finding.other ? [finding.path, finding.other] : [finding.path];
      doubts.push(...sides.filter(isField));
    }
  }
  return { found, unsure };
}

type Fields = Pick<Rule, 'reads' | 'readsAll' | 'readsIfKnown'>;

function fieldsOf({ reads, readsAll, readsIfKnown }: Fields): readonly string[] {
  return [...reads, ...readsAll, ...readsIfKnown];
}

/** The config without the elements that are unknown to the rule; `undefined` where it cannot be judged. */
function viewOf(config: unknown, doubts: readonly Path[], { reads, readsAll, readsIfKnown }: Fields): unknown {
  const hidden: Path[] = [];
  for (const doubt of doubts) {
    if (readsAll.some((pattern) => meets(pattern, doubt))) return undefined;
    for (const pattern of reads) {
      if (!meets(pattern, doubt)) continue;
      const element = elementOf(pattern, doubt);
      if (element === undefined) return undefined;
      hidden.push(element);
    }
    for (const pattern of readsIfKnown) {
      if (!meets(pattern, doubt)) continue;
      const field = pattern.split('.');
      if (doubt.length < field.length) return undefined;
      hidden.push(field);
    }
  }
  return without(config, hidden);
}

type Holder = Record<string | number, unknown>;

/** A copy without the values at the paths; an element of a list leaves a hole. Copies only what it changes. */
function without(value: unknown, paths: readonly Path[]): unknown {
  if (paths.length === 0) return value;
  const copies = new Set<unknown>();
  const copyOf = (original: unknown): Holder => {
    if (copies.has(original)) return original as Holder;
    const copy = Array.isArray(original) ? original.slice() : { ...(original as Holder) };
    copies.add(copy);
    return copy as Holder;
  };
  const root = copyOf(value);
  for (const path of paths) {
    const holder = path.slice(0, -1).reduce<Holder | undefined>((at, key) => {
      // A path below a value that is hidden already.
      if (at === undefined || typeof at[key] !== 'object' || at[key] === null) return undefined;
      at[key] = copyOf(at[key]);
      return at[key] as Holder;
    }, root);
    if (holder !== undefined) delete holder[path.at(-1) ?? ''];
  }
  return root;
}

interface Acknowledgement {
  readonly code: string;
  readonly path: Path;
}

/** The well-formed answers to warnings. */
function acknowledgements(config: unknown, unknown: readonly Path[]): Acknowledgement[] {
  const view = viewOf(config, unknown, {
    reads: ['acknowledge[].code', 'acknowledge[].reason'],
    readsAll: [],
    readsIfKnown: [],
  });
  return ((view as Config | undefined)?.acknowledge ?? []).flatMap(({ code }, index) => [
    { code, path: ['acknowledge', index, 'code'] },
  ]);
}

/** A warning for each answer to a warning that is not there. */
function stale(unneeded: readonly Acknowledgement[], all: readonly Rule[]): Problem[] {
  if (unneeded.length === 0) return [];
  const { code, severity } = staleAcknowledgement;
  const errors = [...shapeRules, ...renderedRules, ...all.filter((rule) => rule.severity === 'error')].map(
    (rule) => rule.code,
  );
  const warnings = all.filter((rule) => rule.severity === 'warning').map((rule) => rule.code);
  return unneeded.map((answer) => {
    const bare = (code: string) => code.replace(/0/g, '');
    const meant = warnings.find((one) => one !== answer.code && bare(one) === bare(answer.code));
    return {
      code,
      severity,
      path: answer.path,
      message: errors.includes(answer.code)
        ? `${answer.code} is an error, and only warnings can be accepted`
        : `no warning has the code ${answer.code}`,
      hint:
        meant === undefined || errors.includes(answer.code)
          ? 'take the entry away: there is nothing that it accepts'
          : `did you mean '${meant}'? If not, take the entry away`,
    };
  });
}

/** The warning about acknowledgements: it judges what all rules find, so that it cannot be one of them. */
export const staleAcknowledgement = {
  code: 'ACK001',
  severity: 'warning',
  title: 'each accepted warning is there',
  reason: 'an old answer hides the next warning of its kind',
} as const;
