import type { Model } from '../model/model.ts';
import { type Tree, TreeBuilder } from '../tree/tree.ts';
import { type Argument, isRequired, type Role, type RoleVariable, variablesOf } from './role.ts';
import { toYaml, yamlFile } from './yaml.ts';

/** Oldest ansible-core that the roles run on; `npm run test:tools` runs them there, and on the newest. */
const oldestAnsible = '2.16';

const author = 'The homecloud authors';
const license = 'Apache-2.0';
const description = 'Makes the boards of a home one small cloud: k3s and one virtual IP, from homecloud.config.ts.';
const comment = 'Written by homecloud: changes here are lost.';

/**
 * The collection `homecloud.boards`. Homes of one version have the same, but for the repository where it stands.
 * @param files the static files, copied as they are.
 * @throws Error when one belongs to no role.
 */
export function collection({ version, git }: Model, roles: readonly Role[], files: Tree): Tree {
  const tree = new TreeBuilder()
    .add('galaxy.yml', yamlFile(comment, galaxy(version, git.url)))
    .add('CHANGELOG.md', changelog(version))
    .addAll(filesOfRoles(roles));
  const names = new Set(roles.map(({ name }) => name));
  for (const [path, text] of files) {
    const [part, name = ''] = path.split('/');
    if (part === 'roles' && !names.has(name)) {
      throw new Error(`ansible-gen/${path} belongs to no role of ansible-gen/roles.ts`);
    }
    tree.add(path, text);
  }
  return tree.build();
}

/** What is made from the roles. No home changes it, and `synth --watch` needs it at each change of the config. */
const made = new WeakMap<readonly Role[], Tree>();

function filesOfRoles(roles: readonly Role[]): Tree {
  const known = made.get(roles);
  if (known !== undefined) return known;
  const tree = new TreeBuilder()
    .add('meta/runtime.yml', yamlFile(comment, { requires_ansible: `>=${oldestAnsible}.0` }))
    .add('README.md', readme(roles));
  for (const role of roles) {
    tree
      .add(`roles/${role.name}/defaults/main.yml`, defaults(role))
      .add(`roles/${role.name}/meta/argument_specs.yml`, yamlFile(comment, argumentSpecs(role)))
      .add(`roles/${role.name}/meta/main.yml`, yamlFile(comment, roleMeta(role)))
      .add(`roles/${role.name}/README.md`, roleReadme(role));
  }
  const files = tree.build();
  made.set(roles, files);
  return files;
}

function galaxy(version: string, repository: string) {
  return {
    namespace: 'homecloud',
    name: 'boards',
    version,
    readme: 'README.md',
    authors: [author],
    description,
    license: [license],
    tags: ['infrastructure', 'linux', 'kubernetes', 'k3s', 'homelab'],
    // The roles of DevSec are needed where boards are hardened; which version, requirements.yml says.
    dependencies: { 'devsec.hardening': '>=10.4.0,<11.0.0' },
    repository,
  };
}

function roleMeta(role: Role) {
  return {
    galaxy_info: {
      role_name: role.name,
      namespace: 'homecloud',
      author,
      description: role.description,
      license,
      min_ansible_version: oldestAnsible,
      platforms: [
        { name: 'Debian', versions: ['bookworm', 'trixie'] },
        { name: 'Ubuntu', versions: ['noble'] },
      ],
      galaxy_tags: [],
    },
    dependencies: [],
  };
}

function argumentSpecs(role: Role) {
  const options = Object.fromEntries(
    variablesOf(role).map(([name, variable]) => [
      name,
      { ...argumentSpec(variable), ...(variable.secret !== undefined && { no_log: true }) },
    ]),
  );
  return { argument_specs: { main: { short_description: role.description, options } } };
}

function argumentSpec(argument: Argument): Record<string, unknown> {
  const { type, elements, choices, options, description, default: value } = argument;
  return {
    type,
    ...(elements && { elements }),
    ...(choices && { choices }),
    ...(value === undefined ? { required: isRequired(argument) } : { default: value }),
    description,
    ...(options && { options: mapValues(options, argumentSpec) }),
  };
}

function defaults(role: Role): string {
  const variables = variablesOf(role).filter(([, variable]) => variable.default !== undefined);
  return `---\n# ${comment}\n${variables.map(defaultOf).join('')}`;
}

function defaultOf([name, { description, default: value }]: [string, RoleVariable]): string {
  return `\n${wrap(description, '# ')}\n${toYaml({ [name]: value })}`;
}

function readme(roles: readonly Role[]): string {
  return `# homecloud.boards

${description}

homecloud writes this collection beside the inventory that it is for. In the folder of \`ansible.cfg\`:

\`\`\`sh
ansible-playbook homecloud.boards.site
\`\`\`

It needs ansible-core ${oldestAnsible} or newer. Boards run Debian 12 or 13, Raspberry Pi OS, or Ubuntu 24.04, on arm64 or amd64.

${roles.map((role) => `## Role ${role.name}\n\n${role.description}\n\n${variableTable(role)}`).join('\n')}`;
}

function roleReadme(role: Role): string {
  return `# homecloud.boards.${role.name}\n\n${role.description}\n\n## Variables\n\n${variableTable(role)}${includedTable(role)}`;
}

/** The variables of the roles that it includes, each with the reason for its value. */
function includedTable({ included }: Role): string {
  if (included === undefined) return '';
  const rows = included.variables.map(({ name, value, reason }) =>
    [`\`${name}\``, value === undefined ? 'by board' : `\`${JSON.stringify(value)}\``, reason].join(' | '),
  );
  return `\n## Variables of the roles that it includes\n\nThe inventory holds them by their own names.\n\n| Variable | Value | Why |\n| --- | --- | --- |\n${rows.map((row) => `| ${row} |\n`).join('')}`;
}

function variableTable(role: Role): string {
  const rows = variablesOf(role).map(([name, variable]) =>
    [`\`${name}\``, typeName(variable), defaultText(variable), describe(variable)]
      .map((cell) => cell.replaceAll('|', '\\|'))
      .join(' | '),
  );
  return `| Variable | Type | Default | What |\n| --- | --- | --- | --- |\n${rows.map((row) => `| ${row} |\n`).join('')}`;
}

function typeName({ type, elements }: Argument): string {
  return elements ? `${type} of ${elements}` : type;
}

function defaultText(argument: Argument): string {
  if (argument.default === undefined) return isRequired(argument) ? 'required' : '';
  return `\`${JSON.stringify(argument.default)}\``;
}

function describe({ description, options = {}, secret }: RoleVariable): string {
  const keys = Object.entries(options).map(([key, option]) => ` \`${key}\`: ${option.description}`);
  return `${description}${keys.join('')}${secret === undefined ? '' : ' A secret.'}`;
}

function changelog(version: string): string {
  return `# Changelog

## ${version}

The collection has the version of the homecloud that wrote it. What changed stands in homecloud's own \`CHANGELOG.md\`.
`;
}

/** Lines of at most 120 characters, each with the prefix. */
function wrap(text: string, prefix: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && prefix.length + line.length + 1 + word.length > 120) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.map((line) => `${prefix}${line}`).join('\n');
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
