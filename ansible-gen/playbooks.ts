import { type Tree, TreeBuilder } from '../tree/tree.ts';
import type { Group } from './inventory.ts';
import { yamlFile } from './yaml.ts';

/** A play: what roles do on the boards of one group. */
interface Play {
  readonly name: string;
  readonly hosts: Group;
  readonly roles: readonly string[];
  /** How many boards at a time, a number or a share of them. When all of these fail, the run stops. */
  readonly serial: number | string;
}

/**
 * The playbooks of the collection, `homecloud.boards.<name>`. None has `any_errors_fatal`: it ends the run when a role
 * asks another board and that one is away, also where the role expects it (`ignore_unreachable`).
 */
const playbooks: Readonly<Record<string, readonly Play[]>> = {
  site: [
    // One at a time: two servers that restart together, or join together, cost the cluster its quorum.
    { name: 'Servers of the cluster', hosts: 'servers', roles: ['k3s'], serial: 1 },
    { name: 'Owners of the virtual IP', hosts: 'virtual_ip', roles: ['keepalived'], serial: 1 },
    // They join at the virtual IP.
    { name: 'Agents of the cluster', hosts: 'agents', roles: ['k3s'], serial: '30%' },
  ],
};

/** One file per playbook. */
export function playbookFiles(): Tree {
  const tree = new TreeBuilder();
  for (const [name, plays] of Object.entries(playbooks)) {
    tree.add(`${name}.yml`, yamlFile('Written by homecloud: changes here are lost.', plays.map(toAnsible)));
  }
  return tree.build();
}

function toAnsible({ name, hosts, roles, serial }: Play) {
  return {
    name,
    hosts,
    become: true,
    serial,
    roles: roles.map((role) => ({ role: `homecloud.boards.${role}` })),
  };
}
