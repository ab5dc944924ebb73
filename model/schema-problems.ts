import { closest, distance } from 'fastest-levenshtein';
import type * as z from 'zod';
import { configSchema } from './config.ts';
import { formatPath, type Path, type Problem } from './problems.ts';

type Issue = z.core.$ZodIssue;

/** What zod found, in the words of homecloud. */
export function schemaProblems(issues: readonly Issue[], written: unknown): Problem[] {
  return issues.flatMap((issue) => issueProblems(issue, issue.path as Path, written));
}

function issueProblems(issue: Issue, path: Path, written: unknown): Problem[] {
  const value = valueAt(written, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(path, key));
    case 'invalid_type':
      return [value === undefined ? missing(path) : wrongType(path, issue.expected, value)];
    case 'invalid_union': {
      const types = issue.errors.flatMap((alternative) => alternative.map((inner) => expectedType(inner)));
      return [wrongType(path, [...new Set(types)].join(' or '), value)];
    }
    case 'invalid_value':
      if (!issue.message.startsWith('Invalid'))
        return [sentence('CFG005', path, issue.message, 'take the key away, or write false')];
      return [value === undefined ? missing(path) : wrongChoice(path, issue.values.map(String), value)];
    case 'invalid_key':
      return issue.issues.map((inner) =>
        sentence('CFG004', path, `${formatPath(path.slice(-1))} ${inner.message}`, 'correct the name of the key'),
      );
    default:
      return [sentence('CFG004', path, `${show(value)} ${issue.message}`, 'correct the value')];
  }
}

function unknownKey(path: Path, key: string): Problem {
  const keys = Object.keys(partsAt(path)?.shape ?? {});
  const suggestion = nearest(key, keys);
  return problem(
    'CFG001',
    [...path, key],
    `there is no such key in ${formatPath(path)}`,
    `${suggestion === undefined ? '' : `did you mean ${suggestion}? `}The keys are: ${keys.join(', ')}`,
  );
}

function missing(path: Path): Problem {
  return problem(
    'CFG002',
    path,
    'is missing',
    `add it: ${partsAt(path)?.description ?? 'the README shows an example'}`,
  );
}

function wrongType(path: Path, expected: string, value: unknown): Problem {
  const words = typeWords[expected] ?? expected;
  const what = partsAt(path)?.description;
  return problem('CFG003', path, `is ${describe(value)}, and must be ${words}`, what ?? `write ${words} there`);
}

function wrongChoice(path: Path, choices: readonly string[], value: unknown): Problem {
  const list = choices.map((choice) => `'${choice}'`).join(', ');
  const near = typeof value === 'string' ? nearest(value, choices) : undefined;
  return problem(
    'CFG004',
    path,
    `${show(value)} is not one of ${list}`,
    near === undefined ? 'choose one of them' : `did you mean '${near}'?`,
  );
}

/** What the writer probably meant: a known name that differs by a slip of the pen. */
function nearest(written: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const near = closest(
    written.toLowerCase(),
    known.map((name) => name.toLowerCase()),
  );
  const isNear = distance(written.toLowerCase(), near) <= Math.max(1, Math.floor(written.length / 3));
  return isNear ? known.find((name) => name.toLowerCase() === near) : undefined;
}

/** The schema's own messages are "what is wrong: how to mend it". */
function sentence(code: string, path: Path, message: string, otherwise: string): Problem {
  const at = message.indexOf(': ');
  return at < 0
    ? problem(code, path, message, otherwise)
    : problem(code, path, message.slice(0, at), message.slice(at + 2));
}

function problem(code: string, path: Path, message: string, hint: string): Problem {
  return { code, severity: 'error', path, message, hint };
}

const typeWords: Record<string, string> = {
  object: 'a group of keys, { … }',
  record: 'a group of keys, { … }',
  array: 'a list, [ … ]',
  string: 'a text in quotes',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

function expectedType(issue: Issue): string {
  return issue.code === 'invalid_type' ? (typeWords[issue.expected] ?? issue.expected) : issue.message;
}

/** The kind of a value, for a person: `a list`, `the text "8"`. */
function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'string':
      return `the text ${show(value)}`;
    case 'number':
      return `the number ${value}`;
    case 'boolean':
      return String(value);
    case 'function':
      return 'a function';
    case 'object':
      return 'a group of keys';
    default:
      return `a ${typeof value}`;
  }
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : describe(value);
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, part) => (typeof at === 'object' && at !== null ? (at as Record<string | number, unknown>)[part] : undefined),
    value,
  );
}

interface Parts {
  readonly description: string | undefined;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly element?: z.ZodType;
}

/** What the schema has at a path; `undefined` where it takes any key. */
function partsAt(path: Path): Parts | undefined {
  let parts: Parts | undefined = unwrap(configSchema);
  for (const part of path) {
    const next: z.ZodType | undefined = typeof part === 'number' ? parts.element : parts.shape?.[part];
    if (next === undefined) return undefined;
    parts = unwrap(next);
  }
  return parts;
}

/** The object or array inside defaults and optionals, with the description of the whole. */
function unwrap(schema: z.ZodType): Parts {
  let def = schema.def as Partial<Parts> & { readonly innerType?: z.ZodType };
  while (def.innerType !== undefined) def = def.innerType.def as typeof def;
  const { shape, element } = def;
  return { description: schema.description, ...(shape && { shape }), ...(element && { element }) };
}
