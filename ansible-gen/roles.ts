import type { Role } from './role.ts';
import { flux } from './roles/flux/role.ts';
import { gitRepository } from './roles/git_repository/role.ts';
import { k3s } from './roles/k3s/role.ts';
import { keepalived } from './roles/keepalived/role.ts';
import { syncthing } from './roles/syncthing/role.ts';

/** All roles of the collection `homecloud.boards`. */
export const roles: readonly Role[] = [k3s, keepalived, syncthing, gitRepository, flux];
