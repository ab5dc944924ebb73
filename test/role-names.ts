import { load } from 'js-yaml';

/** What Ansible itself gives to every task that homecloud's roles have. */
export const given = [
  'ansible_check_mode',
  'ansible_facts',
  'ansible_failed_result',
  'ansible_host',
  'ansible_limit',
  'ansible_play_batch',
  'ansible_play_hosts',
  'ansible_play_hosts_all',
  'ansible_playbook_python',
  'ansible_port',
  'ansible_user',
  'ansible_version',
  'dict',
  'groups',
  'hostvars',
  'inventory_dir',
  'inventory_hostname',
  'lookup',
  'loop',
  'now',
  'omit',
  'query',
  'role_path',
];

/** Keys of a task whose text is an expression without braces. */
const bareExpressions = ['when', 'that', 'until', 'changed_when', 'failed_when'];

/** The variables that static files of a role define, and those that their expressions read. */
export function names(own: readonly (readonly [string, string])[]) {
  const defined = new Set<string>();
  const used = new Set<string>();
  const read = (expression: string, local: readonly string[] = []) => {
    for (const name of identifiers(expression)) if (!local.includes(name)) used.add(name);
  };
  const visit = (value: unknown, isExpression: boolean): void => {
    if (typeof value === 'string') {
      for (const expression of isExpression ? [value] : inBraces(value)) read(expression);
    } else if (Array.isArray(value)) {
      for (const entry of value) visit(entry, isExpression);
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, entry] of Object.entries(value)) {
        if (key === 'register' || key === 'loop_var') defined.add(String(entry));
        if (key === 'vars' || key === 'ansible.builtin.set_fact') {
          // Those of the connection belong to Ansible.
          for (const name of Object.keys(entry)) if (!name.startsWith('ansible_')) defined.add(name);
        }
        visit(entry, isExpression || bareExpressions.includes(key));
      }
    }
  };
  for (const [path, text] of own) {
    const [, , part] = path.split('/');
    // Programs: what they read is given to them by a task.
    if (part === 'files') continue;
    if (part === 'templates') {
      const loops = [...text.matchAll(/\{% (?:for|set) ([\w, ]+) (?:in|=) /g)].flatMap(([, names = '']) =>
        names.split(', '),
      );
      for (const expression of inBraces(text)) read(expression, loops);
      continue;
    }
    const content = load(text);
    if (part === 'vars') for (const name of Object.keys(content as object)) defined.add(name);
    visit(content, false);
  }
  return { defined, used };
}

/** The expressions and statements of a template. */
function inBraces(text: string): string[] {
  return [...text.matchAll(/\{\{-?(.*?)-?\}\}|\{%-?(.*?)-?%\}/gs)].map(([, expression, statement]) =>
    (expression ?? statement ?? '').replace(/^\s*(for|set|if|elif|else|endif|endfor)\b/, ''),
  );
}

/** Names that a Jinja expression reads: no attributes, filters, tests, keys of arguments or words of the language. */
function identifiers(expression: string): string[] {
  // What another board has is read by its name, too.
  const code = expression
    .replace(/'[^']*'|"[^"]*"/g, '""')
    .replace(/\bhostvars\[([^\]]*)\]\.(?!\w+\()/g, 'hostvars, $1, ');
  return [...code.matchAll(/(?<before>[|.]\s*|\bis (?:not )?)?\b(?<name>[A-Za-z_]\w*)\b(?!\s*=(?!=))/g)].flatMap(
    ({ groups }) =>
      groups?.['before'] === undefined && !words.has(groups?.['name'] ?? '') ? [groups?.['name'] ?? ''] : [],
  );
}

const words = new Set(['and', 'or', 'not', 'in', 'is', 'if', 'else', 'true', 'false', 'none']);
