import * as z from 'zod';
import {
  absolutePath,
  claimsWithoutBackup,
  cpuShare,
  hostNameOfApp,
  line,
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
import type { App } from './facts/apps.ts';
import { bytes, integer, name } from './fields.ts';
import type { Pods } from './flows.ts';
import { byName } from './order.ts';
import { indexed } from './pattern.ts';
import type { Path } from './problems.ts';
import { binaryQuantity } from './quantity.ts';
import { rule } from './rules.ts';
import type { Slice } from './slice.ts';
import { fromTraefik } from './traefik.ts';

const appOptions = z.strictObject({
  name: name
    .max(32, 'is longer than 32 characters: choose a shorter name')
    .describe('Name of the app, for ever: its namespace is `app-<name>`.'),
  image: z
    .string()
    .regex(
      /^[a-z0-9.-]+\.[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)+$/,
      'is not the name of an image: write it with its registry and without a version, for example "docker.io/library/nginx"',
    )
    .describe('Image, with its registry and without its version: `ghcr.io/example/wiki`.'),
  version: z
    .string()
    .regex(/^(?!latest$|stable$)[\w][\w.-]{0,127}$/, 'is not an exact version: write the tag of one release')
    .describe('Exact version of the image: its tag.'),
  digest: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/, 'is not a digest: sha256: and 64 digits and letters from a to f')
    .optional()
    .describe('Digest of the image, `sha256:…`: what runs is then exactly this.'),
  command: z.array(line).min(1, 'is empty: leave it out').optional().describe('By default that of the image.'),
  environment: z
    .record(variable(), line)
    .default({})
    .describe('Variables of its environment. They stand in Git: for passwords there is secrets.'),
  secrets: z
    .array(
      secretOptions.extend({
        environment: variable().optional().describe('Variable of the environment that has it.'),
        file: absolutePath().optional().describe('File that has it: `/run/secrets/weather`.'),
      }),
    )
    .default([])
    .describe('Passwords and keys: encrypted in Git, never in clear text.'),
  port: integer(1024, 65535).describe('TCP port that its web server listens on.'),
  health: absolutePath()
    .optional()
    .describe('Path that answers while it is well: `/healthz`. By default an open port is enough.'),
  metrics: z
    .strictObject({
      port: integer(1024, 65535).optional().describe('TCP port of them. By default that of its web server.'),
      path: metricsPath,
    })
    .optional()
    .describe('Figures for Prometheus, in its text format. By default it has none.'),
  ...pageOptions.shape,
  user: integer(1, 65535).default(1000).describe('Number of the user and of the group that it runs as; never root.'),
  replicas: integer(1, 10).default(1).describe('How many of it run at once, spread over the boards.'),
  priority: z
    .enum(['normal', 'low'])
    .default('normal')
    .describe('`low` goes first when a board has too little memory.'),
  resources: z
    .strictObject({
      cpu: cpuShare.describe('What it asks for of a processor, in thousandths.'),
      memory: bytes.default(64 * 2 ** 20).describe('Memory that it asks for: `64MiB`.'),
      memoryLimit: bytes.describe('Memory that it may use: with more, it is ended.'),
    })
    .describe('What it needs of a board.'),
  storage: z
    .array(storageOptions.extend({ path: absolutePath().describe('Where the program finds it: `/data`.') }))
    .default([])
    .describe('Volumes that outlive it. Turning the app off keeps them.'),
  writable: z
    .array(absolutePath())
    .default([])
    .describe('Folders of the image that it writes to, such as `/tmp`; they are empty at each start.'),
  reaches,
});

/** The name of a variable of an environment. */
function variable() {
  return z.string().regex(/^[A-Za-z_]\w*$/, 'is not a name of a variable');
}

export const appsOptions = z
  .array(appOptions)
  .default([])
  .describe('Web apps of your own, each in one container: they get a namespace, TLS, policies and probes as ours do.');

type AppConfig = Config['apps'][number];

export function planApps(config: Config): readonly App[] {
  const { apps, home, observability } = config;
  return apps
    .map((app) => ({
      name: app.name,
      namespace: namespaceOfApp(app),
      image: {
        kind: 'image' as const,
        source: app.image,
        version: app.version,
        ...(app.digest !== undefined && { digest: app.digest }),
      },
      command: app.command ?? null,
      environment: app.environment,
      port: app.port,
      health: app.health ?? null,
      host: hostNameOfApp(app, app, home).host,
      user: app.user,
      replicas: app.replicas,
      priority: app.priority,
      resources: resourcesOf(app),
      storage: app.storage.map((volume) => ({ ...volumeOf(volume, config), path: volume.path })).sort(byName),
      writable: [...app.writable].sort(),
      secrets: [...app.secrets]
        .sort(byName)
        .map(({ name, environment, file }) => ({ key: name, variable: environment ?? null, file: file ?? null })),
      metrics: app.metrics === undefined || !observability.enabled ? null : { ...app.metrics, port: metricsPort(app) },
    }))
    .sort(byName);
}

function resourcesOf({ resources }: AppConfig) {
  const { cpu, memory, memoryLimit } = resources;
  return { cpuRequest: cpu, memoryRequest: binaryQuantity(memory), memoryLimit: binaryQuantity(memoryLimit) };
}

function metricsPort({ port, metrics }: AppConfig): number {
  return metrics?.port ?? port;
}

function podsOf(app: AppConfig): Pods {
  return { namespace: namespaceOfApp(app), labels: { 'app.kubernetes.io/name': app.name } };
}

const namesAreUnique = rule({
  code: 'APP001',
  severity: 'error',
  title: 'each app has a name of its own',
  reason: 'two apps of one name would be one and the same, and one of them would be lost',
  reads: ['apps[].name'],
  *check({ apps }) {
    yield* duplicates(
      indexed(apps).map(([index, { name }]) => ({ path: ['apps', index, 'name'], key: name, what: `"${name}"` })),
      'give each app its own name',
    );
  },
});

const oneWritesAVolume = rule({
  code: 'APP002',
  severity: 'error',
  title: 'an app with a volume runs once',
  reason: 'a volume is on one board at a time: the second pod waits for ever, or both destroy what the other writes',
  reads: ['apps[].replicas', 'apps[].storage'],
  *check({ apps }) {
    for (const [index, { replicas, storage }] of indexed(apps)) {
      if (replicas === 1 || storage.length === 0) continue;
      yield {
        path: ['apps', index, 'replicas'],
        message: `is ${replicas}, and the app has a volume, which only one of them could use`,
        hint: 'write replicas: 1, or take storage away',
      };
    }
  },
});

const limitIsEnough = rule({
  code: 'APP003',
  severity: 'error',
  title: 'an app may use the memory that it asks for',
  reason: 'Kubernetes refuses a container whose limit is below its request',
  reads: ['apps[].resources.memory', 'apps[].resources.memoryLimit'],
  *check({ apps }) {
    for (const [index, { resources }] of indexed(apps)) {
      if (resources.memory <= resources.memoryLimit) continue;
      yield {
        path: ['apps', index, 'resources', 'memoryLimit'],
        message: 'is less than the memory that the app asks for',
        hint: 'write a memoryLimit that is at least memory (64MiB where you did not write it)',
      };
    }
  },
});

const secretsAreRead = rule({
  code: 'APP004',
  severity: 'error',
  title: 'each secret of an app reaches it',
  reason: 'the program would miss it, and say so in its own words, if at all',
  reads: ['apps[].secrets'],
  *check({ apps }) {
    for (const [index, { secrets }] of indexed(apps)) {
      for (const [at, { environment, file }] of secrets.entries()) {
        if (environment !== undefined || file !== undefined) continue;
        yield {
          path: ['apps', index, 'secrets', at],
          message: 'is neither a variable of the environment nor a file',
          hint: "write how the program reads it: environment: 'PASSWORD', or file: '/run/secrets/password'",
        };
      }
    }
  },
});

const placesAreUnique = rule({
  code: 'APP005',
  severity: 'error',
  title: 'each volume, secret, variable and path of an app is there once',
  reason: 'one of the two would win, and nobody knows which',
  reads: ['apps[].environment', 'apps[].secrets', 'apps[].storage', 'apps[].writable'],
  *check({ apps }) {
    for (const [index, { environment, secrets, storage, writable }] of indexed(apps)) {
      const at = (...keys: Path) => ['apps', index, ...keys];
      const of = <T>(list: readonly T[], section: string, key: string, value: (one: T) => string | undefined) =>
        list.flatMap((one, place) => {
          const text = value(one);
          return text === undefined ? [] : [{ path: at(section, place, key), key: text, what: text }];
        });
      yield* duplicates(
        of(storage, 'storage', 'name', ({ name }) => name),
        'give each volume its own name',
      );
      yield* duplicates(
        of(secrets, 'secrets', 'name', ({ name }) => name),
        'give each secret its own name',
      );
      yield* duplicates(
        [
          ...Object.keys(environment).map((name) => ({ path: at('environment', name), key: name, what: name })),
          ...of(secrets, 'secrets', 'environment', (secret) => secret.environment),
        ],
        'keep one of the two',
      );
      yield* duplicates(
        [
          ...of(storage, 'storage', 'path', ({ path }) => path),
          ...writable.map((path, place) => ({ path: at('writable', place), key: path, what: path })),
          ...of(secrets, 'secrets', 'file', ({ file }) => file),
        ],
        'give each its own path',
      );
    }
  },
});

const volumesAreBackedUp = rule({
  code: 'APP006',
  severity: 'warning',
  title: 'each volume of an app has a backup, or a reason why not',
  reason: 'copies on several boards are no backup: what an app deletes by mistake is deleted in all of them',
  reads: ['apps[].storage', 'longhorn.enabled', 'longhorn.backup'],
  *check({ apps, longhorn }) {
    for (const [index, { storage }] of indexed(apps)) {
      yield* notBackedUp(storage, ['apps', index, 'storage'], longhorn);
    }
  },
});

const figuresStayAtHome = rule({
  code: 'APP007',
  severity: 'warning',
  title: 'the figures of an app that the internet reaches have a port of their own',
  reason: 'its whole web server is on its public host: everybody reads who uses it, how much, and in which version',
  reads: ['apps[].port', 'apps[].metrics', 'apps[].exposures'],
  *check({ apps }) {
    for (const [index, { port, metrics, exposures }] of indexed(apps)) {
      if (metrics === undefined || !exposures.includes('internet') || (metrics.port ?? port) !== port) continue;
      yield {
        path: ['apps', index, 'metrics'],
        other: ['apps', index, 'exposures'],
        message: `is at ${metrics.path} of port ${port}, and exposures has internet: its figures are on its public host`,
        hint: 'let it serve them at another port, and name that: metrics: { port: 9100 }; or take internet away',
      };
    }
  },
});

const restarted = 'synth and push: Flux brings it to the app, which is started again.';

export const apps: Slice = {
  name: 'apps',
  rules: [
    namesAreUnique,
    oneWritesAVolume,
    limitIsEnough,
    secretsAreRead,
    placesAreUnique,
    volumesAreBackedUp,
    figuresStayAtHome,
  ],
  secrets: ({ apps }) => [...apps].sort(byName).flatMap((app) => secretsOfApp(app, app.secrets, restarted)),
  namespaces: ({ apps }) => [...apps].sort(byName).map((app) => namespaceOf(app, 'restricted')),
  hostNames: ({ apps, home }) => [...apps].sort(byName).map((app) => hostNameOfApp(app, app, home)),
  flows: ({ apps, network, observability }) =>
    apps.flatMap((app) => [
      fromTraefik(namespaceOfApp(app), podsOf(app), app.port),
      ...reachFlows(app, podsOf(app), app.reaches, network),
      ...(observability.enabled && app.metrics !== undefined ? [metricsFlow(app, podsOf(app), metricsPort(app))] : []),
    ]),
  withoutBackup: (config) => config.apps.flatMap((app) => claimsWithoutBackup(app, app.storage, config)),
  pods: ({ apps }) =>
    apps.map((app) => ({ name: namespaceOfApp(app), replicas: app.replicas, resources: resourcesOf(app) })),
};
