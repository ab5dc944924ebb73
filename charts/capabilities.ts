import { apps } from './apps/chart.ts';
import { certificates } from './certificates/chart.ts';
import { dnas } from './dnas/chart.ts';
import { flux } from './flux/own.ts';
import type { Capability } from './folder.ts';
import { headlamp } from './headlamp/chart.ts';
import { kubernetesDashboard } from './kubernetes-dashboard/chart.ts';
import { longhorn } from './longhorn/chart.ts';
import { names } from './names/chart.ts';
import { nextcloud } from './nextcloud/chart.ts';
import { observability } from './observability/chart.ts';
import { ownApps } from './own/apps.ts';
import { policy } from './policy/chart.ts';
import { portainer } from './portainer/chart.ts';
import { traefik } from './traefik/chart.ts';

/** All capabilities that put objects into the cluster. */
export const capabilities: readonly Capability[] = [
  policy,
  flux,
  traefik,
  certificates,
  names,
  longhorn,
  observability,
  headlamp,
  portainer,
  kubernetesDashboard,
  dnas,
  nextcloud,
  apps,
  ownApps,
];
