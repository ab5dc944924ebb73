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
  /** Names of the variables whose values come from the Vault. */
  readonly secrets: readonly string[];
}

/** What the model of a config says, without any file in between. */
export function expectedInventory(config: WrittenConfig): ExpectedInventory {
  const model = modelOf(config);
  const { boards } = model;
  const variables = roles.flatMap(variablesOf);
  const isSecret = ([, { secret }]: (typeof variables)[number]) => secret === true;
  return {
    groups: Object.fromEntries(
      Object.entries(groups).map(([group, holds]) => [group, boards.filter(holds).map(({ name }) => name)]),
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
    secrets: variables.filter(isSecret).map(([name]) => name),
  };
}
