import * as z from 'zod';
import {
  appSecretName,
  claimsWithoutBackup,
  cpuShare,
  hostNameOfApp,
  metricsFlow,
  metricsPath,
  namespaceOf,
  namespaceOfApp,
  notBackedUp,
  pageOptions,
  reaches,
  reachFlows,
  secretOptions,
  secretsOfApp,
  storageOptions,
  volumeOf,
} from './app-parts.ts';
import type { Config } from './config.ts';
import { duplicates } from './duplicates.ts';
import type { OwnApp } from './facts/own-apps.ts';
import { bytes, helmValue, integer, name } from './fields.ts';
import { type Flow, type Pods, toApiServer } from './flows.ts';
import { byName } from './order.ts';
import { valuesOf } from './own-objects.ts';
import { floatingValues, release as oneRelease } from './own-versions.ts';
import { indexed, type Known } from './pattern.ts';
import type { Path, RuleFinding } from './problems.ts';
import { binaryQuantity } from './quantity.ts';
import { rule } from './rules.ts';
import type { Slice } from './slice.ts';
import { fromTraefik } from './traefik.ts';

/** An app of the admin that comes as a chart, of cdk8s or of Helm: what the home does for it. */
export const ownAppOptions = z.strictObject({
  podSecurity: z
    .enum(['restricted', 'baseline'])
    .default('restricted')
    .describe('What its pods may do (Pod Security Standards). Charts that start as root need `baseline`.'),
  page: pageOptions
    .extend({
      service: z
        .string()
        .regex(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/, 'is no name of a Service: write it as the chart has it')
        .describe('Service of the chart that has the pages.'),
      port: integer(1, 65535).describe('Port of the Service.'),
      podPort: integer(1, 65535)
        .optional()
        .describe('Port of its pods, which the Service leads to. By default that of the Service.'),
    })
    .optional()
    .describe('Web pages: a host name of the home, with TLS. By default it has none.'),
  metrics: z
    .strictObject({
      port: integer(1, 65535).describe(
        'TCP port of the pods that have them, which their chart declares as a containerPort.',
      ),
      path: metricsPath,
    })
    .optional()
    .describe('Figures for Prometheus, in its text format. By default it has none.'),
  secrets: z
    .array(
      secretOptions.extend({
        key: z
          .string()
          .regex(/^[\w.-]+$/, 'is no key of a Secret: write letters, digits, -, _ and dots')
          .optional()
          .describe('Its key in the Secret, as the chart wants it. By default its name.'),
      }),
    )
    .default([])
    .describe('Passwords and keys: the keys of the Secret `app-secrets`, which the chart is told to read.'),
  storage: z
    .array(storageOptions)
    .default([])
    .describe('Claims that the chart is told to use, by their names. Turning the app off keeps them.'),
  apiServer: z
    .boolean()
    .default(false)
    .describe('Whether its pods ask the API server: operators do, and hooks that run kubectl.'),
  reaches,
});

const releaseOptions = z.strictObject({
  name: name
    .max(32, 'is longer than 32 characters: choose a shorter name')
    .describe('Name of the release, for ever: its namespace is `app-<name>`.'),
  repository: z
    .string()
    .regex(
      /^(https|oci):\/\/[a-z0-9.-]+(:\d+)?(\/[\w.~-]+)*\/?$/,
      'is no repository of charts: write "https://…" or "oci://…", without the name of the chart',
    )
    .describe('Repository of the chart: `https://charts.example.org`, or `oci://registry.example.org/charts`.'),
  chart: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]*$/, 'is no name of a chart')
    .describe('Name of the chart in the repository.'),
  version: z
    .string()
    .regex(oneRelease, "is not an exact version: write that of one release, '1.2.3'")
    .describe('Exact version of the chart.'),
  values: z
    .record(z.string(), helmValue)
    .default({})
    .describe('Values of the chart. They stand in Git: for passwords there is app.secrets.'),
  resources: z
    .strictObject({
      cpu: cpuShare.describe('What all its pods together ask for of a processor, in thousandths.'),
      memory: bytes.describe('Memory that all its pods together ask for: what the fit check counts.'),
      pods: integer(1, 50).default(1).describe('How many pods that is, each asking for its part.'),
      memoryLimit: bytes
        .refine((limit) => limit >= 32 * 2 ** 20, 'is less than each container asks for at least: write 32MiB or more')
        .describe(
          'Memory that a container may use for which the chart and the values say nothing: at least what any of them asks for.',
        ),
    })
    .describe('What it needs of the boards.'),
  app: ownAppOptions.prefault({}).describe('What the home does for it.'),
});

export const releasesOptions = z
  .array(releaseOptions)
  .default([])
  .describe('Apps of your own that are charts of Helm: they get a namespace, TLS, policies and storage as ours do.');

type OwnAppConfig = z.output<typeof ownAppOptions>;
type ReleaseConfig = z.output<typeof releaseOptions>;

interface Entry {
  readonly name: string;
  readonly path: Path;
  readonly app: OwnAppConfig;
}

interface Charts {
  readonly name: string;
  readonly app?: OwnAppConfig | undefined;
}

/** All that have something of the home, in the order of the config. */
function entriesOf({
  charts,
  releases,
}: {
  readonly charts: Known<Charts>;
  readonly releases: Known<Pick<ReleaseConfig, 'name' | 'app'>>;
}): Entry[] {
  return [
    ...indexed(charts).flatMap(([index, { name, app }]) =>
      app === undefined ? [] : [{ name, path: ['charts', index], app }],
    ),
    ...indexed(releases).map(([index, { name, app }]) => ({ name, path: ['releases', index], app })),
  ];
}

/** In the order of their names, which the tree has. */
function sorted(config: Config): Entry[] {
  return entriesOf(config).sort(byName);
}

export function planOwnApps(config: Config): readonly OwnApp[] {
  return sorted(config).map(({ name, path, app }) => {
    const release = path[0] === 'releases' ? config.releases.find((one) => one.name === name) : undefined;
    return {
      name,
      namespace: namespaceOfApp({ name }),
      page:
        app.page === undefined
          ? null
          : {
              host: hostNameOfApp({ name }, app.page, config.home).host,
              service: app.page.service,
              port: app.page.port,
              podPort: app.page.podPort ?? app.page.port,
            },
      hasSecrets: app.secrets.length > 0,
      storage: app.storage.map((volume) => volumeOf(volume, config)).sort(byName),
      metrics: config.observability.enabled ? (app.metrics ?? null) : null,
      release:
        release === undefined
          ? null
          : {
              chart: {
                kind: 'chart',
                source: `${release.repository.replace(/\/$/, '')}#${release.chart}`,
                version: release.version,
              },
              values: release.values,
              containerLimit: binaryQuantity(release.resources.memoryLimit),
            },
    };
  });
}

function flowsOf({ name, app }: Entry, { boards, network, observability }: Config): Flow[] {
  const namespace = namespaceOfApp({ name });
  const pods: Pods = { namespace, labels: {} };
  return [
    // A chart has parts that talk to each other: its web server and its database.
    { name: `${namespace}-within`, from: pods, to: pods, ports: 'any', reason: 'its parts talk to each other' },
    ...(app.page === undefined ? [] : [fromTraefik(namespace, pods, app.page.podPort ?? app.page.port)]),
    ...(app.metrics === undefined || !observability.enabled ? [] : [metricsFlow({ name }, pods, app.metrics.port)]),
    ...(app.apiServer ? [toApiServer(namespace, pods, boards)] : []),
    ...reachFlows({ name }, pods, app.reaches, network, true),
  ];
}

const namesAreUnique = rule({
  code: 'OWN019',
  severity: 'error',
  title: 'each app has a name of its own, be it an image, a chart or a release',
  reason:
    'two of one name would share a namespace: the secrets, the policies and the volumes of one would be the other’s',
  reads: ['apps[].name', 'charts[].name', 'charts[].app', 'releases[].name', 'releases[].app'],
  *check({ apps, charts, releases }) {
    const images = indexed(apps).map(([index, { name }]) => ({ path: ['apps', index] as Path, name }));
    const others = entriesOf({ charts, releases });
    const seen = new Set<string>();
    const entries = [...images, ...others].filter(({ path, name }) => {
      // Two apps of one name are told by APP001.
      const isFirst = !seen.has(name);
      seen.add(name);
      return path[0] !== 'apps' || isFirst;
    });
    yield* duplicates(
      entries.map(({ path, name }) => ({ path: [...path, 'name'], key: name, what: `"${name}"` })),
      'give each app its own name',
    );
  },
});

const partsAreUnique = rule({
  code: 'OWN020',
  severity: 'error',
  title: 'each volume and each secret of an own app is there once',
  reason: 'one of the two would win, and nobody knows which',
  reads: ['charts[].name', 'charts[].app', 'releases[].name', 'releases[].app'],
  *check(config) {
    for (const { path, app } of entriesOf(config)) {
      yield* duplicates(
        app.storage.map(({ name }, at) => ({ path: [...path, 'app', 'storage', at, 'name'], key: name, what: name })),
        'give each volume its own name',
      );
      const secrets = app.secrets.map(({ name, key = name }, at) => ({
        name: { path: [...path, 'app', 'secrets', at, 'name'], key: name, what: name },
        // Two names with one key would be one secret with two values.
        key: { path: [...path, 'app', 'secrets', at], key, what: `the key ${key}` },
      }));
      const repeated = [
        ...duplicates(
          secrets.map(({ name }) => name),
          'give each secret its own name',
        ),
      ];
      yield* repeated;
      if (repeated.length > 0) continue;
      yield* duplicates(
        secrets.map(({ key }) => key),
        'give each secret its own key',
      );
    }
  },
});

const volumesAreBackedUp = rule({
  code: 'OWN021',
  severity: 'warning',
  title: 'each volume of an own app has a backup, or a reason why not',
  reason: 'copies on several boards are no backup: what an app deletes by mistake is deleted in all of them',
  reads: ['charts[].name', 'charts[].app', 'releases[].name', 'releases[].app', 'longhorn.enabled', 'longhorn.backup'],
  *check({ charts, releases, longhorn }) {
    for (const { path, app } of entriesOf({ charts, releases })) {
      yield* notBackedUp(app.storage, [...path, 'app', 'storage'], longhorn);
    }
  },
});

const figuresStayAtHome = rule({
  code: 'OWN022',
  severity: 'warning',
  title: 'the figures of an own app that the internet reaches have a port of their own',
  reason: 'its whole web server is on its public host: everybody reads who uses it, how much, and in which version',
  reads: ['charts[].name', 'charts[].app', 'releases[].name', 'releases[].app'],
  *check(config) {
    for (const { path, app } of entriesOf(config)) {
      const { page, metrics } = app;
      if (page === undefined || metrics === undefined || !page.exposures.includes('internet')) continue;
      if ((page.podPort ?? page.port) !== metrics.port) continue;
      yield {
        path: [...path, 'app', 'metrics'],
        other: [...path, 'app', 'page', 'exposures'],
        message: `is at ${metrics.path} of port ${metrics.port}, and exposures has internet: its figures are on its public host`,
        hint: 'let it serve them at another port, and name that; or take internet away',
      };
    }
  },
});

const valuesAreExact = rule({
  code: 'OWN023',
  severity: 'error',
  title: 'every image in the values of a release of your own is exact',
  reason: 'what runs would change by itself, and nobody could go back to what ran before',
  reads: ['releases[].values'],
  *check({ releases }) {
    for (const [index, { values }] of indexed(releases)) {
      yield* floatingValues(values, ['releases', index, 'values']);
    }
  },
});

/** Nobody at home knows which pods of a chart read a secret. */
function restartIt(name: string): string {
  return `synth and push, then start what reads it: kubectl -n ${namespaceOfApp({ name })} rollout restart deployment,statefulset,daemonset`;
}

/**
 * Volumes and secrets of an app that nothing of its chart names. A claim that no pod mounts is never bound, and Flux waits
 * for that (model/own-claims.ts).
 * @param texts all that the chart, or the values of a release, say
 */
export function* unused(
  app: { readonly storage: readonly { readonly name: string }[]; readonly secrets: readonly unknown[] },
  path: Path,
  texts: ReadonlySet<unknown>,
): Generator<RuleFinding> {
  for (const [at, { name }] of app.storage.entries()) {
    if (texts.has(name)) continue;
    yield {
      path: [...path, 'storage', at, 'name'],
      message: `is ${name}, and nothing of the chart names this claim: it is never mounted, and Flux waits for it`,
      hint: `let the chart use the claim ${name}, in most charts by values such as persistence: { existingClaim: '${name}' }, or take it away`,
    };
  }
  if (app.secrets.length === 0 || texts.has(appSecretName)) return;
  yield {
    path: [...path, 'secrets'],
    message: `are in the Secret ${appSecretName}, and nothing of the chart names it`,
    hint: `let the chart read it, in most charts by values such as existingSecret: '${appSecretName}', or take them away`,
  };
}

const partsAreUsed = rule({
  code: 'OWN025',
  severity: 'error',
  title: 'the chart of an own app uses its volumes and its secrets',
  reason: 'Flux waits for ever for a volume that no pod mounts, and the program misses its password',
  reads: ['releases[].app', 'releases[].values'],
  *check({ releases }) {
    for (const [index, { app, values }] of indexed(releases)) {
      const texts = new Set([...valuesOf(values)].map(([, value]) => value));
      yield* unused(app, ['releases', index, 'app'], texts);
    }
  },
});

export const ownApps: Slice = {
  name: 'own-apps',
  rules: [namesAreUnique, partsAreUnique, partsAreUsed, volumesAreBackedUp, figuresStayAtHome, valuesAreExact],
  secrets: (config) => sorted(config).flatMap(({ name, app }) => secretsOfApp({ name }, app.secrets, restartIt(name))),
  namespaces: (config) =>
    sorted(config).map(({ name, app: { podSecurity } }) =>
      namespaceOf({ name }, podSecurity, podSecurity === 'restricted' ? null : 'the config says so: podSecurity'),
    ),
  hostNames: (config) =>
    sorted(config).flatMap(({ name, app: { page } }) =>
      page === undefined ? [] : [hostNameOfApp({ name }, page, config.home)],
    ),
  flows: (config) => entriesOf(config).flatMap((entry) => flowsOf(entry, config)),
  withoutBackup: (config) =>
    entriesOf(config).flatMap(({ name, app }) => claimsWithoutBackup({ name }, app.storage, config)),
  // Those of charts of cdk8s are known when they are built: OWN014 counts them.
  pods: ({ releases }) =>
    releases.map(({ name, resources: { cpu, memory, pods } }) => ({
      name: namespaceOfApp({ name }),
      replicas: pods,
      resources: {
        cpuRequest: `${Math.ceil(Number.parseInt(cpu, 10) / pods)}m`,
        memoryRequest: binaryQuantity(Math.ceil(memory / pods)),
        memoryLimit: null,
      },
    })),
};
