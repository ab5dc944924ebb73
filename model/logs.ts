import * as z from 'zod';
import { adminPageSecret, adminPageSecretName } from './admin-page.ts';
import type { Config } from './config.ts';
import type { Logs } from './facts/logs.ts';
import { bytes, integer } from './fields.ts';
import { type Pods, tcp, toApiServer } from './flows.ts';
import { jobLabels } from './longhorn.ts';
import { observabilityNamespace as namespace } from './observability-flows.ts';
import type { Resources } from './resources.ts';
import { rule } from './rules.ts';
import type { Slice } from './slice.ts';
import { fromTraefik } from './traefik.ts';

export const logsOptions = z.strictObject({
  enabled: z
    .boolean()
    .default(false)
    .describe(
      'Whether what all pods print is kept, at `logs.<domain>`, reachable from home only: without it, it is gone with the pod.',
    ),
  retentionDays: integer(1, 365).default(14).describe('How many days of logs are kept, if the disk has room.'),
  disk: bytes
    .default(4 * 2 ** 30)
    .describe(
      'Size of the volume of logs; the oldest days go before it is full, and the last two stay. With Longhorn it can grow later.',
    ),
});

const capability = 'logs';
/** Of VictoriaLogs' objects, and of its claim. */
export const storeName = 'logs';
/** Of VictoriaLogs (its documentation, `-httpListenAddr`). */
const port = 9428;

/** Labels of its chart, and of that of its collector. */
const store: Pods = { namespace, labels: { 'app.kubernetes.io/name': 'victoria-logs-single' } };
const collector: Pods = { namespace, labels: { 'app.kubernetes.io/name': 'victoria-logs-collector' } };

/** VictoriaLogs takes up to 60 % of its limit for caches (its documentation, `-memory.allowedPercent`). */
const resources = {
  store: { cpuRequest: '20m', memoryRequest: '64Mi', memoryLimit: '256Mi' },
  collector: { cpuRequest: '10m', memoryRequest: '24Mi', memoryLimit: '96Mi' },
} as const satisfies Record<string, Resources>;

function areKept({ observability }: Pick<Config, 'observability'>): boolean {
  return observability.enabled && observability.logs.enabled;
}

function host({ domain }: Config['home']): string {
  return `logs.${domain}`;
}

export function planLogs(config: Config): Logs | null {
  const { logs } = config.observability;
  if (!areKept(config)) return null;
  return {
    host: host(config.home),
    authSecretName: adminPageSecretName(capability),
    port,
    retentionDays: logs.retentionDays,
    volume: {
      claim: storeName,
      labels: config.longhorn.enabled ? jobLabels(false) : {},
      bytes: logs.disk,
    },
    resources,
  };
}

const logsNeedTheRest = rule({
  code: 'OBS007',
  severity: 'error',
  title: 'logs are kept where the home is measured',
  reason: 'they stand in the namespace of Prometheus, which is not there: nothing would be kept, and nobody told',
  reads: ['observability.enabled', 'observability.logs.enabled'],
  *check({ observability: { enabled, logs } }) {
    if (enabled || !logs.enabled) return;
    yield {
      path: ['observability', 'logs', 'enabled'],
      other: ['observability', 'enabled'],
      message: 'is true, and observability.enabled is false',
      hint: 'write enabled: true in observability, too, or take logs away',
    };
  },
});

export const logs: Slice = {
  name: 'logs',
  rules: [logsNeedTheRest],
  hostNames: (config) =>
    areKept(config) ? [{ host: host(config.home), capability: 'observability', exposures: ['lan'] }] : [],
  flows: (config) =>
    areKept(config)
      ? [
          fromTraefik('logs', store, port),
          {
            name: 'log-collector-to-logs',
            from: collector,
            to: store,
            ports: tcp(port),
            reason: 'brings what the pods print',
          },
          toApiServer('log-collector', collector, config.boards),
        ]
      : [],
  withoutBackup: (config) => (areKept(config) && config.longhorn.enabled ? [{ namespace, name: storeName }] : []),
  pods: (config) => (areKept(config) ? [{ name: 'logs', replicas: 1, resources: resources.store }] : []),
  secrets: (config) =>
    areKept(config) ? [adminPageSecret({ capability, namespace, what: 'the logs of the cluster' })] : [],
  requirements: (config) =>
    areKept(config) ? { containers: [{ name: 'log-collector', resources: resources.collector }] } : {},
};
