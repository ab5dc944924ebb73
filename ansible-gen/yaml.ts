import { DUMP_SCHEMA, defineScalarTag, dump } from 'js-yaml';

/** Text of the user that looks like a Jinja template and must reach the board as it stands. */
class Unsafe {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const unsafeTag = defineScalarTag('!unsafe', {
  resolve: (text) => new Unsafe(text),
  identify: (value) => value instanceof Unsafe,
  represent: ({ text }: Unsafe) => text,
});

const schema = DUMP_SCHEMA.withTags(unsafeTag);

/** A YAML file as Ansible reads it: YAML 1.1, with a comment of one or more lines at its top. */
export function yamlFile(comment: string, value: unknown): string {
  const head = comment.split('\n').map((line) => `# ${line}\n`);
  return `---\n${head.join('')}${toYaml(value)}`;
}

/** YAML without the marks of a file, for a part of one. */
export function toYaml(value: unknown): string {
  return dump(value, { schema, noRefs: true, lineWidth: 120 });
}

/**
 * The value with every string that Ansible would take for a template marked as text (`!unsafe`). Ansible has templates
 * in the values of an inventory, so that a label or a password with `{{` in it would be evaluated, or fail.
 */
export function literal(value: unknown): unknown {
  if (typeof value === 'string') return /\{[{%#]/.test(value) ? new Unsafe(value) : value;
  if (Array.isArray(value)) return value.map(literal);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, literal(entry)]));
}
