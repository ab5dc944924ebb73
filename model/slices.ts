import { apps } from './apps.ts';
import { boards } from './boards.ts';
import { certificates } from './certificates.ts';
import { disks } from './disks.ts';
import { dnas } from './dnas.ts';
import { entries } from './entries.ts';
import { git } from './git.ts';
import { hardening } from './hardening.ts';
import { home } from './home.ts';
import { k3s } from './k3s.ts';
import { logs } from './logs.ts';
import { longhorn } from './longhorn.ts';
import { management } from './management.ts';
import { metrics } from './metrics.ts';
import { names } from './names.ts';
import { network } from './network.ts';
import { nextcloud } from './nextcloud.ts';
import { observability } from './observability.ts';
import { own } from './own.ts';
import { ownApps } from './own-apps.ts';
import { people } from './people.ts';
import { photos } from './photos.ts';
import type { Slice } from './slice.ts';
import { syncthing } from './syncthing.ts';
import { traefik } from './traefik.ts';
import { vdirs } from './vdirs.ts';
import { virtualIp } from './virtual-ip.ts';

/** All slices, in the order in which their problems are told. */
export const slices: readonly Slice[] = [
  entries,
  home,
  network,
  people,
  boards,
  disks,
  metrics,
  virtualIp,
  git,
  k3s,
  traefik,
  certificates,
  names,
  longhorn,
  management,
  dnas,
  syncthing,
  vdirs,
  nextcloud,
  photos,
  observability,
  logs,
  apps,
  ownApps,
  own,
  // The last: the admin's settings of the kernel win.
  hardening,
];
