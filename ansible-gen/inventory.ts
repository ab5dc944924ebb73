import type { Board, Model } from '../model/model.ts';
import { type Tree, TreeBuilder } from '../tree/tree.ts';
import { type Role, variablesOf } from './role.ts';
import { literal, yamlFile } from './yaml.ts';

/** Groups of the inventory: the boards with one capability each. Playbooks name them; all exist, also empty. */
export const groups = {
  boards: (_board: Board) => true,
  servers: ({ role }: Board) => role === 'server',
  agents: ({ role }: Board) => role === 'agent',
  dnas: ({ disks }: Board) => disks.some(({ purpose }) => purpose === 'dnas'),
  virtual_ip: ({ virtualIp }: Board) => virtualIp !== null,
  /** A run adds the boards whose k3s must start or restart. */
  k3s_pending: () => false,
};

export type Group = keyof typeof groups;

const comment = 'Written by homecloud from homecloud.config.ts: changes here are lost.';

/** `hosts.yml`, and the variables of the roles: one file per role for the home, one file per board. */
export function inventory(model: Model, roles: readonly Role[]): Tree {
  const tree = new TreeBuilder();
  tree.add('hosts.yml', yamlFile(comment, hosts(model)));
  for (const role of roles) {
    tree.add(`group_vars/all/${role.name}.yml`, yamlFile(comment, homeVariables(role, model)));
  }
  for (const board of model.boards) {
    tree.add(`host_vars/${board.name}.yml`, yamlFile(comment, boardVariables(roles, board, model)));
  }
  return tree.build();
}

function hosts({ boards }: Model) {
  return {
    all: {
      hosts: Object.fromEntries(boards.map((board) => [board.name, connection(board)])),
      children: Object.fromEntries(
        Object.entries(groups).map(([group, holds]) => [
          group,
          { hosts: Object.fromEntries(boards.filter(holds).map(({ name }) => [name, {}])) },
        ]),
      ),
    },
  };
}

function connection({ address, ssh }: Board) {
  return { ansible_host: address, ansible_port: ssh.port, ansible_user: ssh.user };
}

function homeVariables(role: Role, model: Model): Record<string, unknown> {
  return defined(
    variablesOf(role).map(([name, { secret, all }]) => [name, secret ? vaultReference(name) : literal(all?.(model))]),
  );
}

function boardVariables(roles: readonly Role[], board: Board, model: Model): Record<string, unknown> {
  return defined(roles.flatMap(variablesOf).map(([name, variable]) => [name, literal(variable.board?.(board, model))]));
}

/** The value of a secret, which stands in no file that homecloud writes, and what Ansible says without it. */
function vaultReference(name: string): string {
  const secret = `vault_${name}`;
  return `{{ ${secret} | mandatory('${secret} is missing: add -e @../../secrets/boards.vault.yml and the Vault password, as the README shows') }}`;
}

function defined(entries: [string, unknown][]): Record<string, unknown> {
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
