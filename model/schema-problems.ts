import type * as z from 'zod';
import { configSchema } from './config.ts';
import { nearest } from './nearest.ts';
import { formatPath, type Path, type Problem } from './problems.ts';
import { describe, show } from './show.ts';

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
      if (issue.message !== 'Invalid input') return [sentence('CFG004', path, issue.message, 'correct the value')];
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
      // A schema of our own does not tell what is missing from what is wrong.
      if (value === undefined) return [missing(path)];
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

/**
 * A key that the schema does not have.
 * @param absent keys that must be there, and are not: the one that is missing was most likely meant
 */
export function unknownKey(path: Path, key: string, keys: readonly string[], absent: readonly string[]): Problem {
  const suggestion = nearest(key, keys) ?? (absent.length === 1 ? absent[0] : undefined);
  return problem(
    'CFG001',
    [...path, key],
    `there is no such key in ${formatPath(path)}`,
    `${suggestion === undefined ? '' : `did you mean ${suggestion}? `}The keys are: ${keys.join(', ')}`,
  );
}

/** A value of more parts than a home can have. */
export function endless(path: Path): Problem {
  return problem(
    'CFG006',
    path,
    'cannot be read: it contains itself, is nested too deeply, or has more than 200000 values',
    'write only what belongs there',
  );
}

/** A value that throws when it is read. */
export function unreadable(path: Path, error: unknown): Problem {
  const reason = error instanceof Error && error.message !== '' ? error.message : 'it throws when it is read';
  return problem(
    'CFG006',
    path,
    `cannot be read: ${reason}`,
    'write a plain value: a text, a number, a list or a group of keys',
  );
}

function missing(path: Path): Problem {
  if (typeof path.at(-1) === 'number') return problem('CFG002', path, 'is empty', 'take the empty entry away');
  return problem('CFG002', path, 'is missing', `add it${exampleOf(path)}. ${partsAt(path)?.description ?? ''}`.trim());
}

/** `, for example memory: '8GiB'`, from the description of the key. */
function exampleOf(path: Path): string {
  const [, example] = /: `([^`<…]+)`/.exec(partsAt(path)?.description ?? '') ?? [];
  const key = path.at(-1);
  return example === undefined || typeof key !== 'string' ? '' : `, for example ${key}: '${example}'`;
}

function wrongType(path: Path, expected: string, value: unknown): Problem {
  const words = typeWords[expected] ?? expected;
  const what = partsAt(path)?.description;
  const how = inRightType(expected, value, exampleOf(path)) ?? `write ${words}${exampleOf(path)}`;
  return problem(
    'CFG003',
    path,
    `is ${describe(value)}, and must be ${words}`,
    `${how}.${what === undefined ? '' : ` ${what}`}`,
  );
}

/** What was most likely meant, in the type that it must have. */
function inRightType(expected: string, value: unknown, example: string): string | undefined {
  if (expected === 'string' && typeof value === 'number') {
    return example === '' ? `write it in quotes: '${value}'` : `write it in quotes${example}`;
  }
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
