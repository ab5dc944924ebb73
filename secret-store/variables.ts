import { load } from 'js-yaml';
import { SecretFileError } from '../secret-files/error.ts';

/** The variables of an opened `secrets/boards.vault.yml`. Those of homecloud are texts; an admin can keep others. */
export function readVariables(text: string): Map<string, unknown> {
  let value: unknown;
  try {
    value = load(text) ?? {};
  } catch {
    throw new SecretFileError(
      'secrets/boards.vault.yml holds no YAML that homecloud can read.',
      'Mend it with ansible-vault edit: a line "name: value" for each variable.',
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SecretFileError(
      'secrets/boards.vault.yml holds no variables.',
      'Mend it with ansible-vault edit: a line "name: value" for each variable.',
    );
  }
  return new Map(Object.entries(value));
}

/** The text with other values: a line for each that is new, and in its old place each that was there. */
export function changeVariables(text: string, changes: ReadonlyMap<string, string | undefined>): string {
  if (changes.size === 0) return text;
  const lines = text === '' ? ['---'] : text.replace(/\n$/, '').split('\n');
  for (const [name, value] of changes) {
    const start = lines.findIndex((line) => line.startsWith(`${name}:`));
    const written = value === undefined ? [] : [`${name}: ${quoted(value)}`];
    if (start < 0) {
      lines.push(...written);
      continue;
    }
    // A value ends where the next line is neither indented nor empty.
    const rest = lines.slice(start + 1).findIndex((line) => !/^(\s|$)/.test(line));
    lines.splice(start, rest < 0 ? lines.length - start : rest + 1, ...written);
  }
  const changed = `${lines.join('\n')}\n`;
  const read = readVariables(changed);
  for (const [name, value] of changes) {
    if (read.get(name) !== value) throw new Error(`the variable ${name} did not read back as it was written`);
  }
  return changed;
}

/**
 * A text in double quotes, as YAML 1.1 and 1.2 read it alike. What Ansible would take for a template is refused before:
 * see {@link isTemplate}.
 */
function quoted(value: string): string {
  const unprintable = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;
  return JSON.stringify(value).replace(
    unprintable,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Whether Ansible would take a text for a template of its own. */
export function isTemplate(value: string): boolean {
  return /\{[{%#]/.test(value);
}
