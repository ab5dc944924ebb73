// `ansible-inventory` on a tree, compared with the model of its config.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { load } from 'js-yaml';
import { ansible } from './ansible.mjs';
import { bundle } from './sources.mjs';

/**
 * Ansible finds each board, in its groups, with the values that the model gives it, and no others.
 * @param {string} version
 * @param {import('./homes.mjs').Home} home
 */
export async function inventory(version, home) {
  const expected = await modelInventory(home.config);
  const found = await readInventory(version, home);
  const compare = (what, mine, yours) =>
    isDeepStrictEqual(mine, yours)
      ? []
      : [`${what}: Ansible reads ${JSON.stringify(mine)}, the model says ${JSON.stringify(yours)}`];
  const differences = [
    ...compare('boards', Object.keys(found.hosts).sort(), Object.keys(expected.hosts).sort()),
    ...compare('groups', Object.keys(found.groups).sort(), Object.keys(expected.groups).sort()),
    ...Object.entries(expected.groups).flatMap(([group, boards]) =>
      compare(`group ${group}`, found.groups[group]?.toSorted(), boards.toSorted()),
    ),
    ...Object.entries(expected.hosts).flatMap(([board, variables]) => {
      const { [board]: read = {} } = found.hosts;
      const { [board]: secrets = {} } = expected.secrets;
      const names = new Set([...Object.keys(variables), ...Object.keys(read)]);
      return [
        ...[...names]
          .filter((name) => !(name in secrets))
          .flatMap((name) => compare(`${board}: ${name}`, read[name], variables[name])),
        ...Object.entries(secrets)
          .filter(([name, variable]) => !isTakenFrom(read[name], variable))
          .map(([name]) => `${board}: ${name} is not taken from the Vault, but ${JSON.stringify(read[name])}`),
      ];
    }),
  ];
  if (differences.length > 0) throw new Error(differences.join('\n'));
}

/** @param {unknown} value @param {string | Record<string, string>} variable of the Vault, or one for each person */
function isTakenFrom(value, variable) {
  if (typeof variable === 'string') return String(value).startsWith(`{{ ${variable} `);
  const people = Object.keys(variable);
  return (
    Object.keys(value ?? {})
      .sort()
      .join() === people.sort().join() && people.every((person) => isTakenFrom(value[person], variable[person]))
  );
}

/**
 * What the inventory of a tree says.
 * @param {string} version
 * @param {import('./homes.mjs').Home} home
 * @returns {Promise<{ groups: Record<string, string[]>, hosts: Record<string, Record<string, unknown>> }>}
 */
async function readInventory(version, { dist }) {
  const output = await ansible(version, join(dist, 'ansible'), ['ansible-inventory', '--list']);
  const { _meta, all, ...groups } = JSON.parse(output, (_key, value) => value?.__ansible_unsafe ?? value);
  const names = all.children.filter((name) => name !== 'ungrouped');
  return {
    groups: Object.fromEntries(names.map((name) => [name, groups[name]?.hosts ?? []])),
    hosts: _meta.hostvars,
  };
}

/**
 * What the model says.
 * @param {string} config
 * @returns {Promise<import('./expected-inventory.ts').ExpectedInventory>}
 */
async function modelInventory(config) {
  const { publicHalves } = load(readFileSync(join(dirname(config), 'secrets/public.yml'), 'utf8'));
  const { expected } = await bundle(`
    import { expectedInventory } from './test/tools/expected-inventory.ts';
    import config from ${JSON.stringify(config)};
    export const expected = expectedInventory(config, ${JSON.stringify(publicHalves)});
  `);
  return expected;
}
