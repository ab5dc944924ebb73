import { isCpu, isMemory } from './quantity.ts';
import type { Resources } from './resources.ts';

type Group = Readonly<Record<string, unknown>>;

/**
 * What the admin's values of a Helm chart say of its pods, by paths with dots: `webhook.resources`. Where they say
 * nothing, or nothing that can be read, homecloud's own count.
 */
export interface ChartValues {
  /** Ours, with what the `resources` at the path say otherwise. */
  resources(path: string, ours: Resources): Resources;
  /** How many pods there are. */
  count(path: string, ours: number): number;
  /** Whether a part is on. @default true */
  isOn(path: string): boolean;
  /** A text or a number at the path. */
  text(path: string): string | undefined;
  /** Paths of the values that nobody asked for, or that could not be read: the shortest that hold no other. */
  unread(): readonly string[];
}

/**
 * @param values of the config
 * @param section where they stand in it: `certificates.values`
 */
export function chartValues(values: Group, section: string): ChartValues {
  const asked = new Set<string>();
  const wrong = new Set<string>();
  const at = (path: string): unknown => {
    asked.add(path);
    return path.split('.').reduce<unknown>((group, key) => (isGroup(group) ? group[key] : undefined), values);
  };
  const take = <T>(path: string, value: unknown, isRight: (value: unknown) => value is T): T | undefined => {
    if (value === undefined) return undefined;
    if (isRight(value)) return value;
    wrong.add(path);
    return undefined;
  };
  const quantity = (path: string, resources: unknown, kind: 'requests' | 'limits', of: 'cpu' | 'memory') => {
    const group = isGroup(resources) ? resources[kind] : undefined;
    const value = isGroup(group) ? group[of] : undefined;
    const isRight = (one: unknown): one is string | number => (of === 'cpu' ? isCpu : isMemory)(`${one}`);
    return take(`${path}.${kind}.${of}`, value, isRight)?.toString();
  };
  return {
    resources(path, ours) {
      const resources = at(path);
      return {
        cpuRequest: quantity(path, resources, 'requests', 'cpu') ?? ours.cpuRequest,
        memoryRequest: quantity(path, resources, 'requests', 'memory') ?? ours.memoryRequest,
        memoryLimit: quantity(path, resources, 'limits', 'memory') ?? ours.memoryLimit,
      };
    },
    count: (path, ours) => take(path, at(path), isCount) ?? ours,
    isOn: (path) => take(path, at(path), isBoolean) ?? true,
    text: (path) => take(path, at(path), isText)?.toString(),
    unread: () => [...unasked(values, asked), ...wrong].map((path) => `${section}.${path}`).sort(),
  };
}

function* unasked(group: Group, asked: ReadonlySet<string>, before = ''): Generator<string> {
  for (const [key, value] of Object.entries(group)) {
    const path = `${before}${key}`;
    if (asked.has(path)) continue;
    if (isGroup(value) && [...asked].some((one) => one.startsWith(`${path}.`))) {
      yield* unasked(value, asked, `${path}.`);
    } else {
      yield path;
    }
  }
}

function isGroup(value: unknown): value is Group {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0;
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

function isText(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}
