/** An operation of a JSON patch (RFC 6902). */
export interface Operation {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string;
  readonly value?: unknown;
}

export type Outcome =
  | { readonly fits: true; readonly result: unknown }
  /** `path`: the pointer that leads nowhere. */
  | { readonly fits: false; readonly path: string };

/** What operations make of a value, which stays as it is. */
export function appliesTo(value: unknown, operations: readonly Operation[]): Outcome {
  const result = structuredClone(value);
  for (const operation of operations) {
    if (!apply(result, operation)) return { fits: false, path: operation.path };
  }
  return { fits: true, result };
}

/** @returns whether there was a place for it */
function apply(root: unknown, { op, path, value }: Operation): boolean {
  const keys = path
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = keys.pop() ?? '';
  const holder = keys.reduce<unknown>(
    (at, key) => (isHolder(at) && Object.hasOwn(at, key) ? at[key] : undefined),
    root,
  );
  if (!isHolder(holder)) return false;
  if (Array.isArray(holder)) return applyToList(holder, last, op, value);
  if (op !== 'add' && !Object.hasOwn(holder, last)) return false;
  if (op === 'remove') delete holder[last];
  else holder[last] = value;
  return true;
}

function applyToList(list: unknown[], key: string, op: Operation['op'], value: unknown): boolean {
  if (op === 'add' && key === '-') return list.push(value) > 0;
  const index = /^(0|[1-9]\d*)$/.test(key) ? Number(key) : -1;
  if (index < 0 || index >= list.length + (op === 'add' ? 1 : 0)) return false;
  list.splice(index, op === 'add' ? 0 : 1, ...(op === 'remove' ? [] : [value]));
  return true;
}

function isHolder(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
