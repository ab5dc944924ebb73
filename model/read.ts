import type * as z from 'zod';
import { configSchema } from './config.ts';
import { nearest } from './nearest.ts';
import type { Path, Problem } from './problems.ts';
import { endless, schemaProblems, unknownKey, unreadable } from './schema-problems.ts';

/** A written config, as far as it is well-formed. */
export interface Reading {
  /** The config with its defaults. What `unknown` names is missing from it. */
  readonly config: unknown;
  readonly problems: readonly Problem[];
  /** Where a value is not well-formed, or where a slip of the pen left it out. */
  readonly unknown: readonly Path[];
}

/**
 * Reads what a person wrote by the schema. A mistake makes its own field unknown and nothing else, so that all that
 * stands around it can still be judged.
 */
export function readConfig(written: unknown): Reading {
  const reader = new Reader();
  const config = isGroup(written) ? reader.sections(written) : reader.read(configSchema, () => written, []);
  return { config, problems: reader.problems, unknown: reader.unknown };
}

/** What of a zod schema's definition is read here (zod 4, `$ZodTypeDef` of each kind). */
interface Definition {
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly element?: z.ZodType;
  readonly innerType?: z.ZodType;
  /** What a group takes at other keys than those of its shape. */
  readonly catchall?: z.ZodType;
}

class Reader {
  readonly problems: Problem[] = [];
  readonly unknown: Path[] = [];

  /** Each section by itself: what is wrong in one of them has no other read again. */
  sections(written: Readonly<Record<string, unknown>>): unknown {
    const schema: z.ZodType = configSchema;
    const { shape = {}, catchall } = schema.def as Definition;
    try {
      return this.#group(shape, catchall, written, []);
    } catch (error) {
      // A proxy can refuse every question.
      return this.#giveUp([], [unreadable([], error)]);
    }
  }

  /** @param get gives the written value: a config can have getters, which throw. */
  read(schema: z.ZodType, get: () => unknown, path: Path): unknown {
    let value: unknown;
    try {
      value = get();
      if (path.length <= 1 && isEndless(value)) return this.#giveUp(path, [endless(path)]);
      const result = schema.safeParse(value);
      if (result.success) return result.data;
      // One value, one problem: the first says enough.
      return this.#parts(schema, value, path, schemaProblems(result.error.issues.slice(0, 1), path, value));
    } catch (error) {
      try {
        return this.#parts(schema, value, path, [unreadable(path, error)]);
      } catch {
        return this.#giveUp(path, [unreadable(path, error)]);
      }
    }
  }

  #giveUp(path: Path, problems: readonly Problem[]): undefined {
    this.unknown.push(path);
    this.problems.push(...problems);
    return undefined;
  }

  /**
   * The well-formed parts of a value that is not well-formed as a whole.
   * @param problems those of the whole, told when no part has one of its own
   */
  #parts(schema: z.ZodType, value: unknown, path: Path, problems: readonly Problem[]): unknown {
    const { innerType, shape, element, catchall } = schema.def as Definition;
    if (innerType !== undefined) return this.#parts(innerType, value, path, problems);
    const before = this.problems.length;
    const parts =
      shape !== undefined && isGroup(value)
        ? this.#group(shape, catchall, value, path)
        : element !== undefined && Array.isArray(value)
          ? this.#list(element, value, path)
          : undefined;
    if (this.problems.length > before) return parts;
    return this.#giveUp(path, problems);
  }

  #list(element: z.ZodType, value: readonly unknown[], path: Path): unknown[] {
    return Array.from({ length: value.length }, (_none, index) =>
      this.read(element, () => value[index], [...path, index]),
    );
  }

  #group(
    shape: Readonly<Record<string, z.ZodType>>,
    others: z.ZodType | undefined,
    value: Readonly<Record<string, unknown>>,
    path: Path,
  ): unknown {
    const isOpen = others !== undefined && others.def.type !== 'never';
    const more = Object.keys(value).filter((key) => !Object.hasOwn(shape, key));
    const keys = Object.keys(shape);
    const strange = isOpen ? [] : more;
    // A key that is missing because its name is misspelt, or another, is one mistake, already told.
    const misspelt = new Set(strange.map((key) => nearest(key, keys)));
    const absent =
      strange.length === 0
        ? []
        : keys.filter((key) => !Object.hasOwn(value, key) && shape[key]?.safeParse(undefined).success === false);
    if (strange.length === 1 && absent.length === 1) misspelt.add(absent[0]);
    this.problems.push(...strange.map((key) => unknownKey(path, key, keys, absent)));
    return Object.fromEntries(
      [...keys, ...(isOpen ? more : [])].map((key) => {
        const isMisspelt = !Object.hasOwn(value, key) && misspelt.has(key);
        if (isMisspelt) this.unknown.push([...path, key]);
        const part = (Object.hasOwn(shape, key) ? shape[key] : others) as z.ZodType;
        return [key, isMisspelt ? undefined : this.read(part, () => value[key], [...path, key])];
      }),
    );
  }
}

function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** More values than a home has, by far, and more levels. */
const limits = { values: 200_000, levels: 100 } as const;

/** Whether a value has no end, or hardly one: reading it would take for ever. */
function isEndless(value: unknown): boolean {
  let left: number = limits.values;
  const goesOn = (inner: unknown, level: number): boolean => {
    left -= 1;
    if (left < 0 || level > limits.levels) return true;
    if (typeof inner !== 'object' || inner === null) return false;
    if (Array.isArray(inner) && inner.length > left) return true;
    return Object.values(inner).some((next) => goesOn(next, level + 1));
  };
  try {
    return goesOn(value, 0);
  } catch {
    // What throws is told where it stands.
    return false;
  }
}
