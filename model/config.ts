import * as z from 'zod';
import { acknowledgeOptions } from './acknowledge.ts';
import { appsOptions } from './apps.ts';
import { boardsOptions } from './boards.ts';
import { certificatesOptions } from './certificates.ts';
import { notYet } from './fields.ts';
import { gitOptions } from './git.ts';
import { hardeningOptions } from './hardening.ts';
import { homeOptions } from './home.ts';
import { k3sOptions } from './k3s.ts';
import { longhornOptions } from './longhorn.ts';
import { managementOptions } from './management.ts';
import { namesOptions } from './names.ts';
import { networkOptions } from './network.ts';
import { nextcloudOptions } from './nextcloud.ts';
import { observabilityOptions } from './observability.ts';
import { chartsOptions, kustomizeOptions } from './own.ts';
import { releasesOptions } from './own-apps.ts';
import { peopleOptions } from './people.ts';
import { sharesOptions } from './shares.ts';
import { syncthingOptions } from './syncthing.ts';
import { traefikOptions } from './traefik.ts';
import { versionsOptions } from './versions.ts';

/**
 * `homecloud.config.ts`, section by section, in the order of the reference. Each section's options stand in the file
 * of its name; a section of `notYet` is declared here until the capability has a file of its own.
 */
export const configSchema = z.strictObject({
  home: homeOptions.describe('Who the home is.'),
  network: networkOptions.describe('The network of the home, as the router has it.'),
  people: peopleOptions,
  boards: boardsOptions,
  git: gitOptions.describe('The Git repository of the home, which Flux watches.'),
  k3s: k3sOptions.prefault({}).describe('The Kubernetes distribution of the boards.'),
  hardening: hardeningOptions.prefault({}).describe('Hardening of the boards by the DevSec roles.'),
  versions: versionsOptions,
  traefik: traefikOptions.prefault({}).describe('The ingress: Traefik on the boards that can own the virtual IP.'),
  certificates: certificatesOptions.prefault({}).describe('TLS certificates of the host names.'),
  names: namesOptions.prefault({}).describe('How phones and laptops at home find the host names.'),
  observability: observabilityOptions.prefault({}).describe('Prometheus, Grafana and alerts.'),
  longhorn: longhornOptions.prefault({}).describe('Replicated block storage on the boards.'),
  management: managementOptions.prefault({}).describe('Web pages that show the cluster.'),
  shares: sharesOptions,
  syncthing: syncthingOptions.prefault({}).describe('Syncthing on the boards, which keeps shares the same.'),
  nextcloud: nextcloudOptions.prefault({}).describe('Nextcloud: files, photos, calendars and contacts.'),
  backup: notYet('backups').default(false).describe('Backups of shares and volumes.'),
  apps: appsOptions,
  kustomize: kustomizeOptions.prefault({}).describe('Your own patches and objects.'),
  charts: chartsOptions,
  releases: releasesOptions,
  acknowledge: acknowledgeOptions,
});

/** A config as a person writes it: defaults may be left out. */
export type WrittenConfig = z.input<typeof configSchema>;

/** A config with every default filled in. */
export type Config = z.output<typeof configSchema>;

export type Section = keyof Config;

/** All sections but the answers to warnings. */
export const sections = (Object.keys(configSchema.shape) as Section[]).filter((name) => name !== 'acknowledge');
