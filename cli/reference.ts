import * as z from 'zod';
import { configSchema } from '../model/config.ts';

/** A JSON schema, as far as the reference reads it. */
export interface JsonSchema {
  readonly description?: string;
  readonly type?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly additionalProperties?: JsonSchema | boolean;
  /** The type in TypeScript of what JSON does not have. */
  readonly tsType?: string;
}

/** The shape of the written config, from which its types and its reference are made. */
export function configJsonSchema(): JsonSchema {
  // A function has no JSON; `tsType` is its type.
  return z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
}

/** The same, each description with its `@default`, as editors show it at a key. */
export function configTypesSchema(): JsonSchema {
  return withDefaults(configJsonSchema());
}

function withDefaults(schema: JsonSchema): JsonSchema {
  const { default: fallback, description = '', properties, items } = schema;
  return {
    ...schema,
    ...(fallback !== undefined && { description: `${description}\n\n@default ${JSON.stringify(fallback)}` }),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([key, property]) => [key, withDefaults(property)]),
      ),
    }),
    ...(items && { items: withDefaults(items) }),
  };
}

/** The reference of the config: a table with a line per key, in Markdown. */
export function configReference(): string {
  const rows = keysOf(configJsonSchema(), '').map(
    ({ path, type, fallback, description }) => `| \`${path}\` | ${type} | ${fallback} | ${description} |`,
  );
  return ['| key | type | default | what it is |', '|---|---|---|---|', ...rows].join('\n');
}

interface Key {
  readonly path: string;
  readonly type: string;
  readonly fallback: string;
  readonly description: string;
}

function keysOf(schema: JsonSchema, prefix: string): Key[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, property]) => {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    const isRequired = schema.required?.includes(key) === true && property.default === undefined;
    const nested = property.items?.properties ? keysOf(property.items, `${path}[]`) : keysOf(property, path);
    return [
      {
        path,
        type: typeOf(property),
        fallback: fallbackOf(property, isRequired),
        description: property.description ?? '',
      },
      ...nested,
    ];
  });
}

function typeOf(schema: JsonSchema): string {
  if (schema.tsType !== undefined) return 'function';
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeOf).join(' or ');
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (schema.type === 'array')
    return schema.items?.properties ? 'list of groups' : `list of ${typeOf(schema.items ?? {})}s`;
  if (schema.type === 'object' || schema.properties) return 'group';
  return (
    { string: 'text', integer: 'whole number', number: 'number', boolean: 'true or false' }[schema.type ?? ''] ?? 'any'
  );
}

function fallbackOf(schema: JsonSchema, isRequired: boolean): string {
  if (isRequired) return 'required';
  if (schema.default === undefined) return '';
  return typeof schema.default === 'object' && Object.keys(schema.default ?? {}).length === 0
    ? 'empty'
    : `\`${JSON.stringify(schema.default)}\``;
}
