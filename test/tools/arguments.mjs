// The argument specifications of the roles, enforced by Ansible at the start of each role: what the inventory gives is
// taken, and a variable that is missing or of a wrong type is refused by its name.
//
// The roles have their real specifications and defaults, and no tasks: nothing happens to this machine.
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { ansible, collection } from './ansible.mjs';
import { newFolder } from './scratch.mjs';

/** What no value of a type can be made of. Every value can be made a string or a path. */
const illTyped = { int: 'many', float: 'much', bool: 'perhaps', list: { a: 'map' }, dict: 'a text' };

/**
 * @typedef {object} Case a role that starts with certain variables
 * @property {string} role
 * @property {string} what
 * @property {Record<string, unknown>} variables
 * @property {string[]} refusal what the refusal says; empty when there must be none
 */

/**
 * Each role takes what the inventory gives each of its boards.
 * @param {string} version
 * @param {import('./homes.mjs').Home} home
 */
export async function argumentsTaken(version, home) {
  await judge(version, home, ({ role, boards, variablesOf }) =>
    boards.map((board) => ({ role, what: `the inventory of ${board}`, variables: variablesOf(board), refusal: [] })),
  );
}

/**
 * Each role refuses each thing that its specification forbids.
 * @param {string} version
 * @param {import('./homes.mjs').Home} home
 */
export async function argumentsRefused(version, home) {
  await judge(version, home, ({ role, boards, variablesOf, options }) => {
    if (boards.length === 0) return [];
    const right = variablesOf(boards[0]);
    const wrong = Object.entries(options).flatMap(([option, spec]) =>
      wrongValues(spec).map(({ value, refusal }) => ({ option, value, refusal: [option, ...refusal] })),
    );
    const missing = Object.keys(vault(options, right)).map((secret) => ({
      option: secret,
      refusal: [`${secret} is missing`],
    }));
    return [...wrong, ...missing].map(({ option, value, refusal }) => {
      const { [option]: _, ...others } = right;
      return {
        role,
        what: value === undefined ? `no ${option}` : `${option} = ${JSON.stringify(value)}`,
        variables: value === undefined ? others : { ...others, [option]: value },
        refusal,
      };
    });
  });
}

/** Starts each role in each of its cases, and compares what Ansible says with what it should. */
async function judge(version, { dist }, casesOf) {
  const project = newFolder('arguments');
  cpSync(join(dist, 'ansible'), project, { recursive: true });
  const cases = (await rolesOf(version, project)).flatMap(casesOf);
  if (cases.length === 0) throw new Error('no role has a case');
  const answers = await startRoles(version, project, cases);
  const failures = cases.flatMap(({ role, what, refusal }, index) => {
    const { [index]: answer } = answers;
    const isRight = refusal.length === 0 ? answer === '' : refusal.every((part) => answer.includes(part));
    return isRight ? [] : [`${role} with ${what}: ${answer || 'accepted'}, not: ${refusal.join(' … ') || 'accepted'}`];
  });
  if (failures.length > 0) throw new Error(failures.join('\n'));
}

/** The roles of a project, each with its boards, and the options of its specification. */
async function rolesOf(version, project) {
  const { _meta, ...groups } = JSON.parse(await ansible(version, project, ['ansible-inventory', '--list']));
  const playbooks = join(project, collection, 'playbooks');
  const plays = readdirSync(playbooks).flatMap((file) => load(readFileSync(join(playbooks, file), 'utf8')));
  return readdirSync(join(project, collection, 'roles')).map((name) => {
    const role = `homecloud.boards.${name}`;
    const specs = load(readFileSync(join(project, collection, 'roles', name, 'meta/argument_specs.yml'), 'utf8'));
    const { options } = specs.argument_specs.main;
    const starting = plays.filter((play) => play.hosts && JSON.stringify(play).includes(`"${role}"`));
    if (starting.length === 0) throw new Error(`no playbook starts ${role}`);
    // A home need not have a board for each role.
    const boards = starting.flatMap(({ hosts }) => groups[hosts]?.hosts ?? []);
    const { hostvars } = _meta;
    return {
      role,
      options,
      boards,
      variablesOf: (board) => ({ ...hostvars[board], ...vault(options, hostvars[board]) }),
    };
  });
}

/** A value for each variable that the inventory of a board expects from the Vault. */
function vault(options, variables) {
  const secrets = Object.keys(options).filter((option) => options[option].no_log);
  const names = secrets.flatMap((option) =>
    // A secret that people have is a map.
    [...JSON.stringify(variables[option] ?? '').matchAll(/"\{\{ (vault_\w+) /g)].map(([, name]) => name),
  );
  return Object.fromEntries(names.map((name) => [name, 'secret']));
}

/** Values that the specification of an option forbids, and what the refusal says; `undefined` is no value. */
function wrongValues({ type, choices, required, options }) {
  const unknown = { unknown: 1 };
  return [
    ...(required ? [{ value: undefined, refusal: ['missing required arguments'] }] : []),
    ...(type in illTyped ? [{ value: illTyped[type], refusal: [type] }] : []),
    ...(choices ? [{ value: 'anything else', refusal: ['value of', 'must be one of'] }] : []),
    ...(options ? [{ value: type === 'list' ? [unknown] : unknown, refusal: ['Supported parameters include'] }] : []),
  ];
}

/**
 * Starts the role of each case, all in one run.
 * @param {string} version
 * @param {string} project folder of ansible.cfg; its roles lose their tasks
 * @param {readonly Case[]} cases
 * @returns {Promise<string[]>} what Ansible says against each case; empty when it starts the role
 */
async function startRoles(version, project, cases) {
  for (const { role } of cases) {
    const folder = join(project, collection, 'roles', role.split('.')[2]);
    writeFileSync(
      join(folder, 'tasks/main.yml'),
      JSON.stringify([{ name: 'Nothing', 'ansible.builtin.meta': 'noop' }]),
    );
  }
  const folder = newFolder('cases');
  const answers = join(folder, 'answers.json');
  const hosts = cases.map(({ role, variables }, index) => [`case_${index}`, { ...variables, case_role: role }]);
  writeFileSync(join(folder, 'hosts.json'), JSON.stringify({ all: { hosts: Object.fromEntries(hosts) } }));
  writeFileSync(
    join(folder, 'play.yml'),
    JSON.stringify([
      {
        hosts: 'all',
        connection: 'local',
        gather_facts: false,
        tasks: [
          {
            block: [{ 'ansible.builtin.include_role': { name: '{{ case_role }}' } }],
            rescue: [
              {
                'ansible.builtin.set_fact': {
                  case_answer:
                    '{{ (ansible_failed_result.argument_errors | default([ansible_failed_result.msg])) | join("; ") }}',
                },
              },
            ],
          },
          {
            'ansible.builtin.copy': {
              content:
                '{{ dict(ansible_play_hosts_all | zip(ansible_play_hosts_all | map("extract", hostvars) | map(attribute="case_answer", default=""))) | to_json }}',
              dest: answers,
              mode: '0600',
            },
            run_once: true,
          },
        ],
      },
    ]),
  );
  await ansible(version, project, [
    'ansible-playbook',
    '--inventory',
    join(folder, 'hosts.json'),
    join(folder, 'play.yml'),
  ]);
  const answerOf = JSON.parse(readFileSync(answers, 'utf8'));
  return cases.map((_case, index) => answerOf[`case_${index}`]);
}
