import { groups } from '../../ansible-gen/inventory.ts';
import { includedOfBoard, includedOfHome, variablesOf } from '../../ansible-gen/role.ts';
import { roles } from '../../ansible-gen/roles.ts';
import type { WrittenConfig } from '../../model/config.ts';
import { modelOf } from '../homes.ts';

/** What Ansible must find in an inventory. */
export interface ExpectedInventory {
  /** Boards of each group. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** Variables of each board, except secrets; `undefined` where it has none. */
  readonly hosts: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /**
   * The variable of the Vault that each secret of a board is taken from, by the name that the role gives it; of a secret
   * that people have, one for each.
   */
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string | Readonly<Record<string, string>>>>>>;
}

/** What the model of a config says, without any file in between. */
export function expectedInventory(
  config: WrittenConfig,
  publicHalves: NonNullable<Parameters<typeof modelOf>[1]>,
): ExpectedInventory {
  const model = modelOf(config, publicHalves);
  const { boards } = model;
  const variables = roles.flatMap(variablesOf);
  const isSecret = ([, { secret }]: (typeof variables)[number]) => secret !== undefined;
  const known = model.secrets.flatMap(({ places }) =>
    places.flatMap((place) => (place.in === 'boards' ? [place.variable] : [])),
  );
  return {
    groups: Object.fromEntries(
      Object.entries(groups).map(([group, holds]) => [
        group,
        boards.filter((board) => holds(board, model)).map(({ name }) => name),
      ]),
    ),
    hosts: Object.fromEntries(
      boards.map((board) => [
        board.name,
        {
          ansible_host: board.address,
          ansible_port: board.ssh.port,
          ansible_user: board.ssh.user,
          ...Object.fromEntries(
            variables
              .filter((variable) => !isSecret(variable))
              .map(([name, { all, board: ofBoard }]) => [name, ofBoard?.(board, model) ?? all?.(model)]),
          ),
          ...Object.assign({}, ...roles.map((role) => includedOfHome(role, model))),
          ...Object.assign({}, ...roles.map((role) => includedOfBoard(role, board, model))),
        },
      ]),
    ),
    secrets: Object.fromEntries(
      boards.map(({ name }) => [
        name,
        { ...secretsOf(name.replaceAll('-', '_'), known), ...secretsOfPeople(model.people, known) },
      ]),
    ),
  };
}

/** The secrets that people have, each of their own. */
function secretsOfPeople(
  people: readonly { readonly name: string }[],
  known: readonly string[],
): Record<string, Record<string, string>> {
  const secrets = roles.flatMap(({ name: role, variables }) =>
    Object.entries(variables)
      .filter(([, { secret }]) => secret === 'person')
      .map(([key]): [string, Record<string, string>] => [
        `${role}_${key}`,
        Object.fromEntries(
          people
            .map(({ name }): [string, string] => [name, `vault_${role}_${name.replaceAll('-', '_')}_${key}`])
            .filter(([, variable]) => known.includes(variable)),
        ),
      ]),
  );
  return Object.fromEntries(secrets.filter(([, ofPeople]) => Object.keys(ofPeople).length > 0));
}

/** The secrets of one board that the home has. */
function secretsOf(board: string, known: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    roles
      .flatMap(({ name: role, variables }) =>
        Object.entries(variables).map(([key, { secret }]): [string, string] => [
          `${role}_${key}`,
          secret === undefined ? '' : secret === 'board' ? `vault_${role}_${board}_${key}` : `vault_${role}_${key}`,
        ]),
      )
      .filter(([, variable]) => known.includes(variable)),
  );
}
