import * as z from 'zod';
import { chartValues } from './chart-values.ts';
import type { Config } from './config.ts';
import type { Traefik } from './facts/traefik.ts';
import { helmValue, integer } from './fields.ts';
import { anybody, type Flow, type Pods, tcp, toApiServer, toDns } from './flows.ts';
import type { Resources } from './resources.ts';
import { vaultVariable } from './secrets.ts';
import type { Slice } from './slice.ts';

/** Of one exposure. A page of photos asks for some hundred small ones at once. */
function rateLimit(average: number, burst: number) {
  return z
    .strictObject({
      average: integer(1, 10_000).default(average).describe('Requests per second, on average.'),
      burst: integer(1, 100_000).default(burst).describe('Requests at once.'),
    })
    .prefault({});
}

export const traefikOptions = z.strictObject({
  dashboard: z.boolean().default(true).describe('The dashboard at `traefik.<domain>`, reachable from home only.'),
  accessLog: z
    .enum(['off', 'errors', 'all'])
    .default('errors')
    .describe(
      'Which requests are logged: `errors` are those that were refused or failed, with every wrong password. Who asked which host is logged, never for what: paths have names of files and people in them.',
    ),
  rateLimits: z
    .strictObject({
      lan: rateLimit(300, 1000).describe('For visitors from home.'),
      internet: rateLimit(50, 400).describe(
        'For visitors from the outside. Behind a router that rewrites addresses, all of them are one.',
      ),
    })
    .prefault({})
    .describe('How much one address may ask for, on every route: what is more is answered with status 429.'),
  values: z
    .record(z.string(), helmValue)
    .default({})
    .describe("More values of Traefik's Helm chart, merged over those of homecloud."),
});

/** Namespace of Traefik, and so of the certificates that it serves. */
export const ingressNamespace = 'traefik';
const namespace = ingressNamespace;

/** Ports of the boards that lead to Traefik (design, "Identities and ports"). */
const ports = { http: 80, lan: 443, internet: 8443 } as const;

/** Of Traefik on one board: a home's few connections at once. */
const resources: Resources = { cpuRequest: '50m', memoryRequest: '64Mi', memoryLimit: '192Mi' };

/** Those ports in the pod: Traefik is not root. */
const podPorts = { http: 8000, lan: 8444, internet: 8443 } as const;

const pods: Pods = { namespace, labels: { 'app.kubernetes.io/name': 'traefik' } };

/** The pods of Traefik, and their port with measurements (the chart's values.yaml, `ports.metrics.port`). */
export const traefikMetrics = { pods, port: 9100 } as const;

/** Lets Traefik reach the page that a route of it leads to. Without such a flow it answers with status 502 or 504. */
export function fromTraefik(name: string, to: Pods, port: number): Flow {
  return { name: `traefik-to-${name}`, from: pods, to, ports: tcp(port), reason: 'a route of Traefik leads there' };
}

/** Lets pods open the pages of the home, by their host names, as devices at home do. */
export function toTraefik(name: string, from: Pods, reason: string): Flow {
  return { name: `${name}-to-traefik`, from, to: pods, ports: tcp(podPorts.lan), reason };
}

function valuesOf({ values }: Config['traefik']) {
  return chartValues(values, 'traefik.values');
}

/** With what the admin's values of the chart say otherwise. */
function resourcesOf(traefik: Config['traefik']): Resources {
  return valuesOf(traefik).resources('resources', resources);
}

export function planTraefik({ home, traefik }: Config): Traefik {
  return {
    namespace,
    dashboard: traefik.dashboard ? { host: dashboardHost(home), secretName: dashboardSecretName } : null,
    resources: resourcesOf(traefik),
    ports,
    accessLog: traefik.accessLog,
    rateLimits: traefik.rateLimits,
    podPorts,
    values: traefik.values,
  };
}

function dashboardHost({ domain }: Config['home']): string {
  return `traefik.${domain}`;
}

/** Lines of an htpasswd file, in the key `users` (Traefik documentation, BasicAuth). */
const dashboardSecretName = 'traefik-dashboard-auth';
const dashboardUser = 'admin';

export const traefik: Slice = {
  name: 'traefik',
  namespaces: () => [
    {
      name: namespace,
      capability: 'traefik',
      podSecurity: 'privileged',
      reason: 'Traefik opens ports of the board, so that it sees the address of each visitor',
    },
  ],
  hostNames: ({ home, traefik }) =>
    traefik.dashboard ? [{ host: dashboardHost(home), capability: 'traefik', exposures: ['lan'] }] : [],
  flows: ({ boards }) => [
    {
      name: 'visitors-to-traefik',
      from: anybody,
      to: pods,
      ports: tcp(...Object.values(podPorts)),
      reason: 'a visitor comes from any address',
    },
    toDns('traefik', pods),
    toApiServer('traefik', pods, boards),
  ],
  uncounted: ({ traefik }) => {
    const values = valuesOf(traefik);
    values.resources('resources', resources);
    return values.unread();
  },
  secrets: ({ traefik }) =>
    traefik.dashboard
      ? [
          {
            name: 'traefik-dashboard',
            purpose: `the admin sees the dashboard of Traefik with it, as ${dashboardUser}`,
            source: { kind: 'password', user: dashboardUser },
            places: [
              { in: 'boards', variable: vaultVariable('traefik', 'dashboard_password'), part: 'password' },
              {
                in: 'cluster',
                namespace,
                secret: dashboardSecretName,
                key: 'users',
                part: 'password',
                form: 'htpasswd',
              },
            ],
            rotation: 'push: Flux brings it to Traefik, and browsers ask again.',
          },
        ]
      : [],
  requirements: (config, board) =>
    board.role === 'server'
      ? {
          containers: [{ name: 'traefik', resources: resourcesOf(config.traefik) }],
          ports: [
            {
              port: ports.http,
              protocol: 'tcp',
              // An authority asks there whether the host name is ours.
              from: config.certificates.mode === 'acme-http' ? 'router' : 'home',
              purpose: 'ingress: sends browsers to 443 (Traefik)',
            },
            { port: ports.lan, protocol: 'tcp', from: 'home', purpose: 'ingress for the home (Traefik)' },
            { port: ports.internet, protocol: 'tcp', from: 'router', purpose: 'ingress for the outside (Traefik)' },
          ],
        }
      : {},
};
