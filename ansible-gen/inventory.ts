import type { Board } from '../model/facts/boards.ts';
import type { Model } from '../model/model.ts';
import { vaultVariable } from '../model/secrets.ts';
import { type Tree, TreeBuilder } from '../tree/tree.ts';
import { includedOfBoard, includedOfHome, type Role, variableName } from './role.ts';
import { literal, yamlFile } from './yaml.ts';

/** Groups of the inventory: the boards with one capability each. Playbooks name them; all exist, also empty. */
export const groups = {
  boards: (_board: Board) => true,
  servers: ({ role }: Board) => role === 'server',
  agents: ({ role }: Board) => role === 'agent',
  dnas: ({ disks }: Board) => disks.some(({ purpose }) => purpose === 'dnas'),
  virtual_ip: ({ virtualIp }: Board) => virtualIp !== null,
  git_repository: ({ name }: Board, { git }: Model) => git.repository?.board === name,
  /** A run adds the boards whose k3s must start or restart. */
  k3s_pending: () => false,
  /** A run adds the servers that hold the database of the cluster. */
  k3s_holders: () => false,
} as const satisfies Record<string, (board: Board, model: Model) => boolean>;

export type Group = keyof typeof groups;

const comment = 'Written by homecloud from homecloud.config.ts: changes here are lost.';

/**
 * `hosts.yml`, the host keys of the boards, and the variables of the roles: one file per role for the home, one file per
 * board.
 */
export function inventory(model: Model, roles: readonly Role[]): Tree {
  const tree = new TreeBuilder();
  tree.add('hosts.yml', yamlFile(comment, hosts(model)));
  tree.add('known_hosts', knownHosts(model));
  for (const role of roles) {
    tree.add(`group_vars/all/${role.name}.yml`, yamlFile(comment, homeVariables(role, model)));
  }
  for (const board of model.boards) {
    tree.add(`host_vars/${board.name}.yml`, yamlFile(comment, boardVariables(roles, board, model)));
  }
  return tree.build();
}

function hosts(model: Model) {
  const { boards } = model;
  return {
    all: {
      hosts: Object.fromEntries(boards.map((board) => [board.name, connection(board)])),
      children: Object.fromEntries(
        Object.entries(groups).map(([group, holds]) => [
          group,
          { hosts: Object.fromEntries(boards.filter((board) => holds(board, model)).map(({ name }) => [name, {}])) },
        ]),
      ),
    },
  };
}

function connection({ address, ssh }: Board) {
  return { ansible_host: address, ansible_port: ssh.port, ansible_user: ssh.user };
}

/**
 * The host keys that the config knows, by address and name. A server at another port than 22 is written with it
 * (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT").
 */
function knownHosts({ boards }: Model): string {
  const lines = boards.flatMap(({ name, address, ssh }) => {
    const names = [address, name].map((host) => (ssh.port === 22 ? host : `[${host}]:${ssh.port}`)).join(',');
    return ssh.hostKeys.map((key) => `${names} ${key}\n`);
  });
  return `# ${comment}\n${lines.join('')}`;
}

function homeVariables(role: Role, model: Model): Record<string, unknown> {
  return defined([
    ...Object.entries(role.variables).map(([key, { secret, all }]): [string, unknown] => [
      variableName(role, key),
      secret === true
        ? vaultReference(model, vaultVariable(role.name, key))
        : secret === 'person'
          ? secretsOfPeople(role, key, model)
          : literal(all?.(model)),
    ]),
    ...Object.entries(includedOfHome(role, model)).map(([name, value]): [string, unknown] => [name, literal(value)]),
  ]);
}

function boardVariables(roles: readonly Role[], board: Board, model: Model): Record<string, unknown> {
  return defined(
    roles.flatMap((role) => [
      ...Object.entries(role.variables).map(([key, { secret, board: ofBoard }]): [string, unknown] => [
        variableName(role, key),
        secret === 'board'
          ? vaultReference(model, vaultVariable(role.name, board.name, key))
          : literal(ofBoard?.(board, model)),
      ]),
      ...Object.entries(includedOfBoard(role, board, model)).map(([name, value]): [string, unknown] => [
        name,
        literal(value),
      ]),
    ]),
  );
}

/** The secret of each person who has one; undefined where nobody has. */
function secretsOfPeople(role: Role, key: string, model: Model): Record<string, unknown> | undefined {
  const known = defined(
    model.people.map(({ name }) => [name, vaultReference(model, vaultVariable(role.name, name, key))]),
  );
  return Object.keys(known).length === 0 ? undefined : known;
}

/**
 * The value of a secret, which stands in no file that homecloud writes, and what Ansible says without it; undefined
 * where the home has no such secret.
 */
function vaultReference({ secrets }: Model, secret: string): string | undefined {
  const isKnown = secrets.some(({ places }) =>
    places.some((place) => place.in === 'boards' && place.variable === secret),
  );
  if (!isKnown) return undefined;
  return `{{ ${secret} | mandatory('${secret} is missing: add -e @../../secrets/boards.vault.yml and the Vault password, as the README shows') }}`;
}

function defined(entries: [string, unknown][]): Record<string, unknown> {
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
