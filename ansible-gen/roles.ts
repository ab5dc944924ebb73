import type { Role } from './role.ts';
import { k3s } from './roles/k3s/role.ts';
import { keepalived } from './roles/keepalived/role.ts';
import { maintenance } from './roles/maintenance/role.ts';

/** All roles of the collection `homecloud.boards`. */
export const roles: readonly Role[] = [k3s, keepalived, maintenance];
