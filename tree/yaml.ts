import { DEFAULT_SCALAR_STYLE_RULES, dump, SCALAR_STYLE, type ScalarLayout, YAML11_SCHEMA } from 'js-yaml';

/**
 * YAML of a value, the same bytes for the same value. Every reader agrees on it: strings that a YAML 1.1 reader
 * (PyYAML of Ansible) or a Go reader (kubectl, Flux) would take for a number, a boolean or a date (`0644`, `yes`,
 * `12:34:56`, `1e3`) are quoted. Keys keep the order of the value; lines are never folded.
 */
export function toYaml(value: unknown): string {
  return dump(value, { schema: YAML11_SCHEMA, lineWidth: -1, noRefs: true, scalarStyleRules: styleRules });
}

/** YAML 1.1 has no `1e3`, `09` or `0o14`; Go readers have them all. */
function quoteNumbersOfGo(layout: ScalarLayout): void {
  const isString = layout.node.tag === layout.presenterOptions.schema.defaultScalarTag.tagName;
  // Of most texts the first letter says that they are no number.
  if (layout.style !== SCALAR_STYLE.PLAIN || !isString || !/^[-+._\dI]/.test(layout.node.value)) return;
  if (!Number.isNaN(Number(layout.node.value.replaceAll('_', '')))) layout.style = SCALAR_STYLE.SINGLE_QUOTED;
}

const styleRules = [...Object.values(DEFAULT_SCALAR_STYLE_RULES), quoteNumbersOfGo];
