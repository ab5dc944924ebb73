import type { Role } from './role.ts';
import { board } from './roles/board/role.ts';
import { discovery } from './roles/discovery/role.ts';
import { firewall } from './roles/firewall/role.ts';
import { flux } from './roles/flux/role.ts';
import { gitRepository } from './roles/git_repository/role.ts';
import { hardening } from './roles/hardening/role.ts';
import { k3s } from './roles/k3s/role.ts';
import { keepalived } from './roles/keepalived/role.ts';
import { maintenance } from './roles/maintenance/role.ts';
import { metrics } from './roles/metrics/role.ts';
import { names } from './roles/names/role.ts';
import { people } from './roles/people/role.ts';
import { preflight } from './roles/preflight/role.ts';
import { shareChanges } from './roles/share_changes/role.ts';
import { shareMounts } from './roles/share_mounts/role.ts';
import { syncthing } from './roles/syncthing/role.ts';
import { usbStorage } from './roles/usb_storage/role.ts';
import { vdirsyncer } from './roles/vdirsyncer/role.ts';
import { verify } from './roles/verify/role.ts';

/** All roles of the collection `homecloud.boards`, in the order of the playbook `site`, then those of other playbooks. */
export const roles: readonly Role[] = [
  preflight,
  board,
  usbStorage,
  metrics,
  firewall,
  hardening,
  syncthing,
  vdirsyncer,
  shareChanges,
  names,
  discovery,
  shareMounts,
  k3s,
  keepalived,
  gitRepository,
  flux,
  verify,
  maintenance,
  people,
];
