import type { RoleVariable } from './role.ts';

/** The variable `kubectl` of the roles that ask the cluster: k3s brings it along. */
export const kubectl: RoleVariable = {
  type: 'list',
  elements: 'str',
  description: 'Command that talks to the cluster as its administrator, on a server.',
  default: ['/usr/local/bin/k3s', 'kubectl'],
};
