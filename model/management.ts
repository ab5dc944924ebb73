import * as z from 'zod';
import type { Pods as CountedPods } from './capacity.ts';
import { type ChartValues, chartValues } from './chart-values.ts';
import type { Config } from './config.ts';
import type { ManagementPage, Portainer } from './facts/management.ts';
import { bytes, freeValue } from './fields.ts';
import { type Flow, fromApiServer, type Pods, toApiServer, toDns } from './flows.ts';
import type { Resources } from './resources.ts';
import { rule } from './rules.ts';
import { vaultVariable } from './secrets.ts';
import type { Slice } from './slice.ts';
import { fromTraefik } from './traefik.ts';

const chartValue = freeValue('ManagementValue', 'no value of a Helm chart');

const values = (chart: string) =>
  z
    .record(z.string(), chartValue)
    .default({})
    .describe(`More values of ${chart}'s Helm chart, merged over those of homecloud.`);

export const managementOptions = z.strictObject({
  headlamp: z
    .strictObject({
      enabled: z.boolean().default(true).describe('The page at `headlamp.<domain>`, reachable from home only.'),
      values: values('Headlamp'),
    })
    .prefault({})
    .describe(
      'Headlamp, the web page of the Kubernetes project. It shows what the token that you log in with may see.',
    ),
  portainer: z
    .strictObject({
      enabled: z.boolean().default(false).describe('The page at `portainer.<domain>`, reachable from home only.'),
      size: bytes.prefault('1GiB').describe('Room for its own settings: `1GiB`. With Longhorn it can grow later.'),
      values: values('Portainer'),
    })
    .prefault({})
    .describe('Portainer Community Edition. Whoever logs in there may do everything in the cluster.'),
  dashboard: z
    .strictObject({
      enabled: z.boolean().default(false).describe('The page at `dashboard.<domain>`, reachable from home only.'),
      values: values('Kubernetes Dashboard'),
    })
    .prefault({})
    .describe('Kubernetes Dashboard, which its makers ended in January 2026: Headlamp is its successor.'),
});

type PageName = keyof Config['management'];

/** Capability and namespace of each page. */
const names = {
  headlamp: 'headlamp',
  portainer: 'portainer',
  dashboard: 'kubernetes-dashboard',
} as const satisfies Record<PageName, string>;

/** Of all containers of one page together, but for the dashboard: there of each of its five. */
const resources = {
  headlamp: { cpuRequest: '10m', memoryRequest: '32Mi', memoryLimit: '256Mi' },
  portainer: { cpuRequest: '10m', memoryRequest: '64Mi', memoryLimit: '256Mi' },
  dashboard: { cpuRequest: '10m', memoryRequest: '64Mi', memoryLimit: '256Mi' },
} as const satisfies Record<PageName, Resources>;

export function planPage(config: Config, page: PageName): ManagementPage | null {
  const { enabled, values } = config.management[page];
  if (!enabled) return null;
  return { namespace: names[page], host: host(config, page), resources: resources[page], values };
}

export function planPortainer(config: Config): Portainer | null {
  const page = planPage(config, 'portainer');
  return page && { ...page, size: config.management.portainer.size, secretName: portainerSecretName };
}

function host({ home }: Config, page: PageName): string {
  return `${page}.${home.domain}`;
}

const portainerSecretName = 'portainer-admin';

/** Who Portainer's first account belongs to (Portainer, api/cmd/portainer/main.go, initial administrator). */
const portainerUser = 'admin';

const pagesAreMaintained = rule({
  code: 'MGT001',
  severity: 'warning',
  title: 'pages of the cluster are maintained',
  reason:
    'Kubernetes Dashboard was archived in January 2026: holes that are found in it stay open, and it may see all that its users may',
  reads: ['management.dashboard.enabled'],
  *check({ management }) {
    if (!management.dashboard.enabled) return;
    yield {
      path: ['management', 'dashboard', 'enabled'],
      message: 'turns on Kubernetes Dashboard, which gets no more updates, not even for security',
      hint: 'write false, and use Headlamp: management: { headlamp: { enabled: true } }',
    };
  },
});

const enabledPages = (config: Config): PageName[] =>
  (['headlamp', 'portainer', 'dashboard'] as const).filter((page) => config.management[page].enabled);

/** Pods of each page's chart, and the port that Traefik leads to (its templates/deployment.yaml). */
const pods = {
  headlamp: { labels: { 'app.kubernetes.io/name': 'headlamp' }, port: 4466 },
  portainer: { labels: { 'app.kubernetes.io/name': 'portainer' }, port: 9000 },
} as const;

function flowsOf(config: Config, page: PageName): Flow[] {
  const namespace = names[page];
  const all: Pods = { namespace, labels: {} };
  const common = [toDns(namespace, all), toApiServer(namespace, all, config.boards)];
  if (page !== 'dashboard') {
    const { labels, port } = pods[page];
    return [...common, fromTraefik(namespace, { namespace, labels }, port)];
  }
  const part = (name: string): Pods => ({
    namespace,
    labels: { 'app.kubernetes.io/part-of': namespace, 'app.kubernetes.io/component': name },
  });
  return [
    ...common,
    ...['api', 'auth', 'web'].map((name) => fromTraefik(`${namespace}-${name}`, part(name), 8000)),
    fromApiServer(
      namespace,
      // Which asks for its part `api` (modules/api, `--sidecar-host`).
      part('metrics-scraper'),
      8000,
      config,
      'the page asks the API server for the measurements of its own part',
    ),
  ];
}

function valuesOf({ management }: Config, page: PageName): ChartValues {
  return chartValues(management[page].values, `management.${page}.values`);
}

/** Parts of the dashboard, by how its chart names their values. */
const dashboardParts = { api: 'api', auth: 'auth', metricsScraper: 'metrics-scraper', web: 'web' } as const;

function podsOf(page: PageName, values: ChartValues): CountedPods[] {
  if (page !== 'dashboard') {
    const replicas = values.count('replicaCount', 1);
    return [{ name: page, replicas, resources: values.resources('resources', resources[page]) }];
  }
  return Object.entries(dashboardParts).flatMap(([key, part]) => {
    const pods = {
      name: `${names.dashboard}-${part}`,
      replicas: values.count(`${key}.scaling.replicas`, 1),
      resources: values.resources(`${key}.containers.resources`, resources.dashboard),
    };
    return part !== 'metrics-scraper' || values.isOn(`${key}.enabled`) ? [pods] : [];
  });
}

export const management: Slice = {
  name: 'management',
  rules: [pagesAreMaintained],
  pods: (config) => enabledPages(config).flatMap((page) => podsOf(page, valuesOf(config, page))),
  uncounted: (config) =>
    enabledPages(config).flatMap((page) => {
      const values = valuesOf(config, page);
      podsOf(page, values);
      return values.unread();
    }),
  namespaces: (config) =>
    enabledPages(config).map((page) => ({
      name: names[page],
      capability: names[page],
      ...(page === 'headlamp'
        ? { podSecurity: 'restricted' as const, reason: null }
        : { podSecurity: 'baseline' as const, reason: 'the official chart lets its containers begin as root' }),
    })),
  flows: (config) => enabledPages(config).flatMap((page) => flowsOf(config, page)),
  hostNames: (config) =>
    enabledPages(config).map((page) => ({ host: host(config, page), capability: names[page], exposures: ['lan'] })),
  secrets: ({ management }) =>
    management.portainer.enabled
      ? [
          {
            name: 'portainer-admin',
            purpose: `the admin logs in to Portainer with it, as ${portainerUser}`,
            source: { kind: 'password', user: portainerUser },
            places: [
              { in: 'boards', variable: vaultVariable('portainer', 'admin_password'), part: 'password' },
              {
                in: 'cluster',
                namespace: names.portainer,
                secret: portainerSecretName,
                key: 'password',
                part: 'password',
              },
            ],
            rotation:
              'push, then write the new one into Portainer: it reads the Secret only at its first start, when it has no account yet.',
          },
        ]
      : [],
};
