import * as z from 'zod';
import type { Config } from './config.ts';
import type { AppVolume } from './facts/apps.ts';
import { bytes, cidr, integer, name } from './fields.ts';
import { type Flow, type Pods, reachable, tcp, toDns } from './flows.ts';
import { isOfLonghorn, jobLabels, localStorageClass } from './longhorn.ts';
import type { Claim, HostName, Namespace } from './model.ts';
import { prometheus } from './observability-flows.ts';
import type { Path, RuleFinding } from './problems.ts';
import type { Secret } from './secrets.ts';

/** What the home gives to every app of the admin, be it one image, a chart of cdk8s or a chart of Helm. */

/** A text that a program can print: an environment or an annotation takes no other. */
export const line = z.string().regex(/^\P{Cc}*$/u, 'has a line break or another character that cannot be seen');

/** An absolute path, without anything that a shell or YAML could take for something else. */
export function absolutePath() {
  return z.string().regex(/^(\/[\w.-]+)+$/, 'is not a path from the root: write for example "/data"');
}

/** A share of a processor, as Kubernetes has it. */
export const cpuShare = z
  .string()
  .regex(/^\d+m$/, "is not a share of a processor: write thousandths, for example '50m'")
  .default('50m');

export const storageOptions = z.strictObject({
  name: name.max(32, 'is longer than 32 characters: choose a shorter name').describe('Name of the volume.'),
  size: bytes.describe('How large it is: `5GiB`. One of Longhorn can grow later; none shrinks.'),
  storageClass: name.optional().describe('Storage class. By default that of the cluster.'),
  noBackup: z
    .string()
    .regex(/^[^\p{Cc}]{10,}$/u, 'is too short, or has signs that are not printed: say why it can be lost')
    .optional()
    .describe('Why it needs no backup. By default longhorn.backup has it.'),
});

export const secretOptions = z.strictObject({
  name: name
    .max(32, 'is longer than 32 characters: choose a shorter name')
    .describe('Name of the secret; in the commands it is `app-<app>.<name>`.'),
  what: line
    .min(1, 'is empty: say what it is')
    .describe('What it is, for whoever has to supply it: `the key of the weather service`.'),
  random: z.boolean().default(false).describe('Made by `homecloud secrets add`, at random. By default you supply it.'),
});

export const pageOptions = z.strictObject({
  host: name.optional().describe('Host name below the domain of the home. By default the name of the app.'),
  exposures: z
    .array(z.enum(['lan', 'internet']))
    .min(1, "is empty: write exposures: ['lan']")
    .default(['lan'])
    .describe('From where it is reached: `lan` at home, `internet` from the outside, too.'),
});

export const metricsPath = absolutePath().default('/metrics').describe('Path of them.');

export const reaches = z
  .array(
    z.strictObject({
      network: cidr.describe(
        'Network. `0.0.0.0/0` is the internet: no private address, and none of the home or the cluster. What it needs at home, you name: `192.168.1.20/32`.',
      ),
      ports: z.array(integer(1, 65535)).min(1, 'is empty: name at least one port').describe('TCP ports.'),
      reason: line.min(1, 'is empty: say what for').describe('What for; it is written to the policy.'),
    }),
  )
  .default([])
  .describe('Connections that it begins itself. By default none.');

interface Named {
  readonly name: string;
}

type Page = z.output<typeof pageOptions>;
type Storage = z.output<typeof storageOptions>;

/** Of an app, for ever. */
export function namespaceOfApp({ name }: Named): string {
  return `app-${name}`;
}

/** The Secret with all that an app keeps secret. */
export const appSecretName = 'app-secrets';

export function namespaceOf(
  app: Named,
  podSecurity: Namespace['podSecurity'],
  reason: Namespace['reason'] = null,
): Namespace {
  const name = namespaceOfApp(app);
  return { name, capability: name, podSecurity, reason };
}

export function hostNameOfApp(app: Named, { host, exposures }: Page, { domain }: Config['home']): HostName {
  return { host: `${host ?? app.name}.${domain}`, capability: namespaceOfApp(app), exposures };
}

/** A volume of an app, with the jobs of Longhorn that are for it. */
export function volumeOf({ name, size, storageClass, noBackup }: Storage, config: Config): AppVolume {
  return {
    name,
    size,
    storageClass: storageClass ?? null,
    labels: isOfLonghorn(storageClass, config) ? jobLabels(noBackup === undefined) : {},
  };
}

/** Claims of an app whose volumes Longhorn makes, and no backup has, on purpose. */
export function claimsWithoutBackup(app: Named, storage: readonly Storage[], config: Config): Claim[] {
  return storage
    .filter(({ storageClass, noBackup }) => noBackup !== undefined && isOfLonghorn(storageClass, config))
    .map(({ name }) => ({ namespace: namespaceOfApp(app), name }));
}

/**
 * What an app keeps secret.
 * @param rotation what is to be done after a new value
 */
export function secretsOfApp(
  app: Named,
  secrets: readonly (z.output<typeof secretOptions> & { readonly key?: string | undefined })[],
  rotation: string,
): Secret[] {
  const namespace = namespaceOfApp(app);
  return secrets.map(({ name, what, random, key = name }) => ({
    // No name has a dot: app `a` with `b-c` and app `a-b` with `c` are two.
    name: `${namespace}.${name}`,
    purpose: `the app ${app.name} reads it: ${what}`,
    source: random ? { kind: 'token' } : { kind: 'supplied', what },
    places: [{ in: 'cluster', namespace, secret: appSecretName, key, part: random ? 'token' : 'value' }],
    rotation,
  }));
}

/** Prometheus comes to the pods. */
export function metricsFlow(app: Named, pods: Pods, port: number): Flow {
  return {
    name: `prometheus-to-${namespaceOfApp(app)}`,
    from: prometheus,
    to: pods,
    ports: tcp(port),
    reason: 'it measures how the app is',
  };
}

/** What an app begins itself. @param looksUp whether it needs names, also where it reaches nothing outside */
export function reachFlows(
  app: Named,
  pods: Pods,
  connections: z.output<typeof reaches>,
  network: Config['network'],
  looksUp = connections.length > 0,
): Flow[] {
  const name = namespaceOfApp(app);
  return [
    ...(looksUp ? [toDns(name, pods)] : []),
    ...connections.map(({ network: to, ports, reason }, index) => ({
      name: `${name}-reaches-${index + 1}`,
      from: pods,
      to: reachable(to, network),
      ports: tcp(...[...ports].sort((a, b) => a - b)),
      reason,
    })),
  ];
}

/** Volumes of an app that no backup has, and nobody says why. @param path of its `storage` */
export function* notBackedUp(
  storage: readonly Pick<Storage, 'storageClass' | 'noBackup'>[],
  path: Path,
  longhorn: Pick<Config['longhorn'], 'enabled' | 'backup'>,
): Generator<RuleFinding> {
  for (const [at, volume] of storage.entries()) {
    if (volume.noBackup !== undefined) continue;
    const isOurs = isOfLonghorn(volume.storageClass, { longhorn });
    if (isOurs && longhorn.backup !== undefined) continue;
    yield {
      path: [...path, at],
      message: isOurs
        ? 'has no backup: longhorn.backup is not there'
        : `has no backup: its storage class, ${volume.storageClass ?? localStorageClass}, has none`,
      hint: `${isOurs ? 'add longhorn.backup' : 'use Longhorn and longhorn.backup'}, or say why it can be lost: noBackup: '…'`,
    };
  }
}
