/** A value in a message: its kind, or its text, of a length that can be read and without what a terminal would obey. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : describe(value);
}

/** The kind of a value, for a person: `a list`, `the text "8"`. */
export function describe(value: unknown): string {
  if (value === null) return 'null';
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
      return Array.isArray(value) ? 'a list' : 'a group of keys';
    default:
      return `a ${typeof value}`;
  }
}
