import { certificates } from './certificates/chart.ts';
import { dnas } from './dnas/chart.ts';
import type { Capability } from './folder.ts';
import { observability } from './observability/chart.ts';
import { traefik } from './traefik/chart.ts';

/** All capabilities that put objects into the cluster. */
export const capabilities: readonly Capability[] = [traefik, certificates, observability, dnas];
