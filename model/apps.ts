import * as z from 'zod';
import type { Config } from './config.ts';
import { duplicates } from './duplicates.ts';
import { bytes, cidr, integer, name } from './fields.ts';
import { type Flow, type Pods, tcp, toDns } from './flows.ts';
import type { App, HostName } from './model.ts';
import { byName } from './order.ts';
import { indexed } from './pattern.ts';
import { rule } from './rules.ts';
import type { Slice } from './slice.ts';
import { fromTraefik } from './traefik.ts';

/** A text that a program can print: an environment or an annotation takes no other. */
const line = z.string().regex(/^\P{Cc}*$/u, 'has a line break or another character that cannot be seen');

const storageOptions = z.strictObject({
  name: name.max(32, 'is longer than 32 characters: choose a shorter name').describe('Name of the volume.'),
  path: absolutePath().describe('Where the program finds it: `/data`.'),
  size: bytes.describe('How large it is: `5GiB`. It can grow later, and never shrink.'),
  storageClass: name.optional().describe('Storage class. By default that of the cluster.'),
});

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
    .record(z.string().regex(/^[A-Za-z_]\w*$/, 'is not a name of a variable'), line)
    .default({})
    .describe('Variables of its environment. They stand in Git: no place for passwords.'),
  port: integer(1024, 65535).describe('TCP port that its web server listens on.'),
  health: absolutePath()
    .optional()
    .describe('Path that answers while it is well: `/healthz`. By default an open port is enough.'),
  host: name.optional().describe('Host name below the domain of the home. By default the name of the app.'),
  exposures: z
    .array(z.enum(['lan', 'internet']))
    .min(1, "is empty: write exposures: ['lan']")
    .default(['lan'])
    .describe('From where it is reached: `lan` at home, `internet` from the outside, too.'),
  user: integer(1, 65535).default(1000).describe('Number of the user and of the group that it runs as; never root.'),
  replicas: integer(1, 10).default(1).describe('How many of it run at once, spread over the boards.'),
  priority: z
    .enum(['normal', 'low'])
    .default('normal')
    .describe('`low` goes first when a board has too little memory.'),
  resources: z
    .strictObject({
      cpu: z
        .string()
        .regex(/^\d+m$/, "is not a share of a processor: write thousandths, for example '50m'")
        .default('50m')
        .describe('What it asks for of a processor, in thousandths.'),
      memory: bytes.default(64 * 2 ** 20).describe('Memory that it asks for: `64MiB`.'),
      memoryLimit: bytes.describe('Memory that it may use: with more, it is ended.'),
    })
    .describe('What it needs of a board.'),
  storage: z.array(storageOptions).default([]).describe('Volumes that outlive it. Turning the app off keeps them.'),
  writable: z
    .array(absolutePath())
    .default([])
    .describe('Folders of the image that it writes to, such as `/tmp`; they are empty at each start.'),
  reaches: z
    .array(
      z.strictObject({
        network: cidr.describe('Network: `0.0.0.0/0` is everything.'),
        ports: z.array(integer(1, 65535)).min(1, 'is empty: name at least one port').describe('TCP ports.'),
        reason: line.min(1, 'is empty: say what for').describe('What for; it is written to the policy.'),
      }),
    )
    .default([])
    .describe('Connections that it begins itself. By default none.'),
});

/** An absolute path, without anything that a shell or YAML could take for something else. */
function absolutePath() {
  return z.string().regex(/^(\/[\w.-]+)+$/, 'is not a path from the root: write for example "/data"');
}

export const appsOptions = z
  .array(appOptions)
  .default([])
  .describe('Web apps of your own, each in one container: they get a namespace, TLS, policies and probes as ours do.');

type AppConfig = Config['apps'][number];

function namespaceOf({ name }: Pick<AppConfig, 'name'>): string {
  return `app-${name}`;
}

function hostNameOf(app: AppConfig, { domain }: Config['home']): HostName {
  return { host: `${app.host ?? app.name}.${domain}`, capability: namespaceOf(app), exposures: app.exposures };
}

export function planApps({ apps, home }: Config): readonly App[] {
  return apps
    .map((app) => ({
      name: app.name,
      namespace: namespaceOf(app),
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
      host: hostNameOf(app, home).host,
      user: app.user,
      replicas: app.replicas,
      priority: app.priority,
      resources: resourcesOf(app),
      storage: app.storage
        .map(({ name, path, size, storageClass }) => ({ name, path, size, storageClass: storageClass ?? null }))
        .sort(byName),
      writable: [...app.writable].sort(),
    }))
    .sort(byName);
}

function resourcesOf({ resources }: AppConfig) {
  const { cpu, memory, memoryLimit } = resources;
  return { cpuRequest: cpu, memoryRequest: quantity(memory), memoryLimit: quantity(memoryLimit) };
}

/** Of bytes; `MiB` are written as such. */
function quantity(size: number): string {
  return size % 2 ** 20 === 0 ? `${size / 2 ** 20}Mi` : `${size}`;
}

function flowsOf(app: AppConfig): Flow[] {
  const name = namespaceOf(app);
  const pods: Pods = { namespace: name, labels: { 'app.kubernetes.io/name': app.name } };
  return [
    fromTraefik(name, pods, app.port),
    ...(app.reaches.length > 0 ? [toDns(name, pods)] : []),
    ...app.reaches.map(({ network, ports, reason }, index) => ({
      name: `${name}-reaches-${index + 1}`,
      from: pods,
      to: { networks: [network] },
      ports: tcp(...[...ports].sort((a, b) => a - b)),
      reason,
    })),
  ];
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

export const apps: Slice = {
  name: 'apps',
  rules: [namesAreUnique, oneWritesAVolume, limitIsEnough],
  namespaces: ({ apps }) =>
    [...apps].sort(byName).map((app) => ({
      name: namespaceOf(app),
      capability: namespaceOf(app),
      podSecurity: 'restricted',
      reason: null,
    })),
  hostNames: ({ apps, home }) => [...apps].sort(byName).map((app) => hostNameOf(app, home)),
  flows: ({ apps }) => apps.flatMap(flowsOf),
  pods: ({ apps }) =>
    apps.map((app) => ({ name: namespaceOf(app), replicas: app.replicas, resources: resourcesOf(app) })),
};
