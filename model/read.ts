import type * as z from 'zod';
import { configSchema } from './config.ts';
import { nearest } from './nearest.ts';
import type { Path, Problem } from './problems.ts';
import { schemaProblems, unknownKey, unreadable } from './schema-problems.ts';

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
  const config = reader.read(configSchema, () => written, []);
  return { config, problems: reader.problems, unknown: reader.unknown };
}

/** What of a zod schema's definition is read here (zod 4, `$ZodTypeDef` of each kind). */
interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly element?: z.ZodType;
  readonly innerType?: z.ZodType;
}

class Reader {
  readonly problems: Problem[] = [];
  readonly unknown: Path[] = [];

  /** @param get gives the written value: a config can have getters, which throw. */
  read(schema: z.ZodType, get: () => unknown, path: Path): unknown {
    let value: unknown;
    try {
      value = get();
      const result = schema.safeParse(value);
      if (result.success) return result.data;
      // One value, one problem: the first says enough.
      return this.#parts(schema, value, path, schemaProblems(result.error.issues.slice(0, 1), path, value));
    } catch (error) {
      return this.#parts(schema, value, path, [unreadable(path, error)]);
    }
  }

  /**
   * The well-formed parts of a value that is not well-formed as a whole.
   * @param problems those of the whole, told when no part has one of its own
   */
  #parts(schema: z.ZodType, value: unknown, path: Path, problems: readonly Problem[]): unknown {
    const { innerType, shape, element } = schema.def as Definition;
    if (innerType !== undefined) return this.#parts(innerType, value, path, problems);
    const before = this.problems.length;
    const parts =
      shape !== undefined && isGroup(value)
        ? this.#group(shape, value, path)
        : element !== undefined && Array.isArray(value)
          ? this.#list(element, value, path)
          : undefined;
    if (this.problems.length > before) return parts;
    this.unknown.push(path);
    this.problems.push(...problems);
    return undefined;
  }

  #list(element: z.ZodType, value: readonly unknown[], path: Path): unknown[] {
    return Array.from({ length: value.length }, (_none, index) =>
      this.read(element, () => value[index], [...path, index]),
    );
  }

  #group(shape: Readonly<Record<string, z.ZodType>>, value: Readonly<Record<string, unknown>>, path: Path): unknown {
    const keys = Object.keys(shape);
    const strange = Object.keys(value).filter((key) => !Object.hasOwn(shape, key));
    this.problems.push(...strange.map((key) => unknownKey(path, key, keys)));
    // A key that is missing because its name is misspelt is one mistake, already told.
    const misspelt = new Set(strange.map((key) => nearest(key, keys)));
    return Object.fromEntries(
      keys.map((key) => {
        const isMisspelt = !Object.hasOwn(value, key) && misspelt.has(key);
        if (isMisspelt) this.unknown.push([...path, key]);
        return [key, isMisspelt ? undefined : this.read(shape[key] as z.ZodType, () => value[key], [...path, key])];
      }),
    );
  }
}

function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
