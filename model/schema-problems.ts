import type * as z from 'zod';
import { configSchema } from './config.ts';
import { nearest } from './nearest.ts';
import { formatPath, type Path, type Problem } from './problems.ts';

type Issue = z.core.$ZodIssue;

/** What the shape of the config holds; each has a code like a rule. */
export const shapeRules = [
  {
    code: 'CFG001',
    severity: 'error',
    title: 'every key is one that homecloud knows',
    reason: 'a misspelt key does nothing, and what it should have done is missed',
  },
  { code: 'CFG002', severity: 'error', title: 'every key without a default is there', reason: 'nobody else knows it' },
  {
    code: 'CFG003',
    severity: 'error',
    title: 'every value has the type of its key',
    reason: 'programs that read it guess, and guess wrong',
  },
  {
    code: 'CFG004',
    severity: 'error',
    title: 'every value has the form of its key',
    reason: 'what is not an address, a size or a name breaks where it is used',
  },
  {
    code: 'CFG005',
    severity: 'error',
    title: 'every capability that is asked for can be built',
    reason: 'it would be missing, without a word',
  },
  {
    code: 'CFG006',
    severity: 'error',
    title: 'every value can be read',
    reason: 'a value that throws has no text that could be written',
  },
] as const;

/** What zod found at the value of `path`, in the words of homecloud. */
export function schemaProblems(issues: readonly Issue[], path: Path, value: unknown): Problem[] {
  return issues.flatMap((issue) =>
    issueProblems(issue, [...path, ...(issue.path as Path)], valueAt(value, issue.path as Path)),
  );
}

function issueProblems(issue: Issue, path: Path, value: unknown): Problem[] {
  switch (issue.code) {
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
      return [
        sentence(
          'CFG004',
          path,
          Array.isArray(value) ? issue.message : `${show(value)} ${issue.message}`,
          'correct the value',
        ),
      ];
  }
}

/** A key that the schema does not have. */
export function unknownKey(path: Path, key: string, keys: readonly string[]): Problem {
  const suggestion = nearest(key, keys);
  return problem(
    'CFG001',
    [...path, key],
    `there is no such key in ${formatPath(path)}`,
    `${suggestion === undefined ? '' : `did you mean ${suggestion}? `}The keys are: ${keys.join(', ')}`,
  );
}

/** A value that throws when it is read, or that contains itself. */
export function unreadable(path: Path, error: unknown): Problem {
  const reason = error instanceof RangeError ? 'it contains itself' : String(error);
  return problem(
    'CFG006',
    path,
    `cannot be read: ${reason}`,
    'write a plain value: a text, a number, a list or a group of keys',
  );
}

function missing(path: Path): Problem {
  const what = partsAt(path)?.description ?? 'The README shows an example.';
  return problem('CFG002', path, 'is missing', `add it. ${what}`);
}

function wrongType(path: Path, expected: string, value: unknown): Problem {
  const words = typeWords[expected] ?? expected;
  const what = partsAt(path)?.description;
  return problem(
    'CFG003',
    path,
    `is ${describe(value)}, and must be ${words}`,
    `${inRightType(expected, value) ?? `write ${words}`}.${what === undefined ? '' : ` ${what}`}`,
  );
}

/** What was most likely meant, in the type that it must have. */
function inRightType(expected: string, value: unknown): string | undefined {
  if (expected === 'string' && typeof value === 'number')
    return `write it in quotes: '${value}', with its unit if it has one`;
  const isNumber = typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value);
  if ((expected === 'number' || expected === 'int') && isNumber) return `write it without quotes: ${value}`;
  if (expected === 'boolean' && (value === 'true' || value === 'false')) return `write it without quotes: ${value}`;
  if (expected === 'array' && typeof value === 'string' && value.length < 60)
    return `write it in brackets: ['${value}']`;
  return undefined;
}

function wrongChoice(path: Path, choices: readonly string[], value: unknown): Problem {
  const list = choices.map((choice) => `'${choice}'`).join(', ');
  const near = typeof value === 'string' ? nearest(value, choices) : undefined;
  const what = partsAt(path)?.description ?? '';
  return problem(
    'CFG004',
    path,
    `${show(value)} is not one of ${list}`,
    near === undefined ? `choose one of them. ${what}`.trim() : `did you mean '${near}'?`,
  );
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
