import type { Role } from './role.ts';
import { k3s } from './roles/k3s/role.ts';
import { keepalived } from './roles/keepalived/role.ts';
import { preflight } from './roles/preflight/role.ts';

/** All roles of the collection `homecloud.boards`. */
export const roles: readonly Role[] = [preflight, k3s, keepalived];
