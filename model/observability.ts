import * as z from 'zod';
import type { Pods } from './capacity.ts';
import { type ChartValues, chartValues } from './chart-values.ts';
import type { Config } from './config.ts';
import { duplicates } from './duplicates.ts';
import type { AlertReceiver, Observability, ObservabilityContainer } from './facts/observability.ts';
import { bytes, email, freeValue, integer, name } from './fields.ts';
import { logsOptions, planLogs } from './logs.ts';
import { jobLabels } from './longhorn.ts';
import { longhornNamespace } from './longhorn-flows.ts';
import { observabilityNamespace as namespace, observabilityFlows } from './observability-flows.ts';
import { byName } from './order.ts';
import { indexed, isComplete } from './pattern.ts';
import { type Resources, together } from './resources.ts';
import { rule } from './rules.ts';
import type { Secret } from './secrets.ts';
import type { Slice } from './slice.ts';
import { formatBytes } from './units.ts';

/** Keys that every receiver has. */
const receiver = {
  name: name
    .max(32, 'is longer than 32 characters: choose a shorter name')
    .describe('Name of the receiver, also in the name of its secret.'),
  least: z
    .enum(['warning', 'critical'])
    .default('warning')
    .describe('What it gets: `warning` everything, `critical` only what cannot wait.'),
};

const token = z
  .boolean()
  .default(false)
  .describe('Whether the server wants an access token: it is then a secret of its own.');

const emailReceiver = z.strictObject({
  ...receiver,
  to: email.optional().describe('Who gets the mail. By default `home.admin.email`.'),
  from: email.describe('Whom the mail is from: an address that the server lets its user send from.'),
  server: z
    .string()
    .regex(
      /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?:\d{2,5}$/,
      "is not a server and its port: write for example 'smtp.example.org:587'",
    )
    .describe('Mail server and port, with STARTTLS or TLS: `smtp.example.org:587`.'),
  user: z
    .string()
    .regex(/^[!-~]+$/, 'is not an account: write letters, digits and signs without spaces, or take the key away')
    .optional()
    .describe('Account on the mail server. By default `from`.'),
});

const ntfyReceiver = z.strictObject({ ...receiver, token });

const telegramReceiver = z.strictObject({
  ...receiver,
  chat: z
    .int('is not a whole number: send a message to the bot and read the id of the chat from getUpdates')
    .describe('Number of the chat; that of a group is below zero.'),
});

const webhookReceiver = z.strictObject({ ...receiver, token });

export const observabilityOptions = z.strictObject({
  enabled: z.boolean().default(false).describe('Whether the home is measured and watched.'),
  receivers: z
    .strictObject({
      email: z.array(emailReceiver).default([]).describe('Alerts by e-mail. The password is a secret.'),
      ntfy: z
        .array(ntfyReceiver)
        .default([])
        .describe(
          'Alerts to the ntfy app of a phone. The address of the topic is a secret; its server is no app of the cluster, which alerts do not reach.',
        ),
      telegram: z.array(telegramReceiver).default([]).describe('Alerts by Telegram. The token of the bot is a secret.'),
      webhook: z
        .array(webhookReceiver)
        .default([])
        .describe(
          'Alerts to any program that reads those of Alertmanager, outside the cluster. Its address is a secret.',
        ),
    })
    .prefault({})
    .describe('Who is told about alerts.'),
  noReceivers: z
    .string()
    .regex(/^[^\p{Cc}]{10,}$/u, 'is too short, or has signs that are not printed: say why nobody needs to be told')
    .optional()
    .describe('Why nobody is told about alerts, for a home without receivers.'),
  watcher: z
    .boolean()
    .default(false)
    .describe(
      'An outside watcher (such as healthchecks.io) is called every five minutes and tells you when the calls end: the only alert about a home that is dark. Its address is a secret.',
    ),
  retentionDays: integer(1, 365).default(15).describe('How many days of measurements are kept, if the disk has room.'),
  disk: bytes
    .default(8 * 2 ** 30)
    .describe(
      'Size of the volume of measurements; the oldest go before it is full. About 1 GiB a week and board is ample. To let it grow, make its claim larger first (README, "What watches the home").',
    ),
  logs: logsOptions.prefault({}).describe('What pods print.'),
  values: z
    .record(z.string(), freeValue('PrometheusStackValue', 'no value of a Helm chart'))
    .default({})
    .describe('More values of the Helm chart kube-prometheus-stack, merged over those of homecloud.'),
});

/** Of the objects of the operator: `prometheus-home-0`, `alertmanager-home`. */
export const stackName = 'home';

/** Of Prometheus' volume, as the operator and Kubernetes name it. */
const claim = `prometheus-${stackName}-db-prometheus-${stackName}-0`;

const adminUser = 'admin';
const grafanaSecretName = 'grafana-admin';
const receiversSecretName = 'alert-receivers';
const watcherKey = 'watcher';

/**
 * Of each container. A home of three boards has about 20,000 time series once only what is asked for is kept of k3s;
 * Prometheus needs 3 to 8 KiB of memory for each and as much again for queries: it asks for the middle of that, and may
 * use more than the most.
 */
const resources: Readonly<Record<ObservabilityContainer, Resources>> = {
  prometheus: { cpuRequest: '100m', memoryRequest: '256Mi', memoryLimit: '768Mi' },
  alertmanager: { cpuRequest: '10m', memoryRequest: '32Mi', memoryLimit: '96Mi' },
  grafana: { cpuRequest: '20m', memoryRequest: '96Mi', memoryLimit: '256Mi' },
  operator: { cpuRequest: '10m', memoryRequest: '48Mi', memoryLimit: '128Mi' },
  configReloader: { cpuRequest: '5m', memoryRequest: '16Mi', memoryLimit: '48Mi' },
  kubeStateMetrics: { cpuRequest: '10m', memoryRequest: '32Mi', memoryLimit: '96Mi' },
  nodeExporter: { cpuRequest: '10m', memoryRequest: '16Mi', memoryLimit: '64Mi' },
};

export function planObservability(config: Config): Observability | null {
  const { observability, home, boards } = config;
  if (!observability.enabled) return null;
  const receivers = planReceivers(config);
  return {
    namespace,
    grafana: { host: grafanaHost(home), adminUser, secretName: grafanaSecretName, secretKey: 'admin-password' },
    retentionDays: observability.retentionDays,
    // Its copies on other boards let the alerts outlive the board.
    volume: {
      claim,
      labels: config.longhorn.enabled ? jobLabels(false) : {},
      bytes: observability.disk,
    },
    alertmanagers: alertmanagers(boards.length),
    receivers,
    receiversSecretName: receivers.length > 0 || observability.watcher ? receiversSecretName : null,
    watcherKey: observability.watcher ? watcherKey : null,
    longhornNamespace: config.longhorn.enabled ? longhornNamespace : null,
    logs: planLogs(config),
    resources,
    values: observability.values,
  };
}

/** Two, so that the loss of a board does not take away what would tell about it. */
function alertmanagers(boards: number): number {
  return boards > 1 ? 2 : 1;
}

function grafanaHost({ domain }: Config['home']): string {
  return `grafana.${domain}`;
}

function planReceivers({ observability, home }: Config): AlertReceiver[] {
  const { email, ntfy, telegram, webhook } = observability.receivers;
  const keys = (kind: string, { name }: { readonly name: string }) => ({
    name: `${kind}-${name}`,
    secretKey: `${kind}-${name}`,
  });
  const tokenKey = (kind: string, { name, token }: { readonly name: string; readonly token: boolean }) =>
    token ? `${kind}-${name}-token` : null;
  return [
    ...email.map((one) => ({
      kind: 'email' as const,
      ...keys('email', one),
      least: one.least,
      to: one.to ?? home.admin.email,
      from: one.from,
      server: one.server,
      user: one.user ?? one.from,
    })),
    ...ntfy.map((one) => ({
      kind: 'ntfy' as const,
      ...keys('ntfy', one),
      least: one.least,
      tokenKey: tokenKey('ntfy', one),
    })),
    ...telegram.map((one) => ({
      kind: 'telegram' as const,
      ...keys('telegram', one),
      least: one.least,
      chat: one.chat,
    })),
    ...webhook.map((one) => ({
      kind: 'webhook' as const,
      ...keys('webhook', one),
      least: one.least,
      tokenKey: tokenKey('webhook', one),
    })),
  ].sort(byName);
}

/** What the admin supplies for each kind of receiver. */
const supplied = {
  email: 'the password of its account on the mail server, best one for this use only',
  ntfy: 'the address of the topic with the form of the message, https://ntfy.sh/<a name that nobody guesses>?template=alertmanager',
  telegram: 'the token of the bot, as BotFather gave it',
  webhook: 'the whole address that alerts are sent to',
} as const satisfies Record<AlertReceiver['kind'], string>;

function secrets(config: Config): Secret[] {
  if (!config.observability.enabled) return [];
  const ofReceivers = (name: string, purpose: string, what: string, key: string): Secret => ({
    name,
    purpose,
    source: { kind: 'supplied', what },
    places: [{ in: 'cluster', namespace, secret: receiversSecretName, key, part: 'value' }],
    rotation: 'push: Flux brings it to Alertmanager, which reads it at the next alert.',
  });
  return [
    {
      name: 'grafana-admin',
      purpose: `the admin sees Grafana with it, as ${adminUser}`,
      source: { kind: 'password', user: adminUser },
      places: [{ in: 'cluster', namespace, secret: grafanaSecretName, key: 'admin-password', part: 'password' }],
      rotation: 'push, then restart Grafana: kubectl -n observability rollout restart deployment grafana.',
    },
    ...planReceivers(config).flatMap((one) => [
      ofReceivers(`alerts-${one.name}`, `alerts reach ${one.name} with it`, supplied[one.kind], one.secretKey),
      ...('tokenKey' in one && one.tokenKey !== null
        ? [
            ofReceivers(
              `alerts-${one.tokenKey}`,
              `Alertmanager shows it to the server of ${one.name}`,
              'the access token of the server',
              one.tokenKey,
            ),
          ]
        : []),
    ]),
    ...(config.observability.watcher
      ? [
          ofReceivers(
            'alerts-watcher',
            'the outside watcher is called at it: whoever has it can make the watcher believe that all is well',
            'the address that the watcher gave you, https://hc-ping.com/…',
            watcherKey,
          ),
        ]
      : []),
  ];
}

const alertsReachSomebody = rule({
  code: 'OBS001',
  severity: 'error',
  title: 'an alert reaches somebody',
  reason: 'a disk dies for weeks on a page that nobody looks at',
  reads: [
    'observability.enabled',
    'observability.receivers.email',
    'observability.receivers.ntfy',
    'observability.receivers.telegram',
    'observability.receivers.webhook',
    'observability.noReceivers',
  ],
  *check({ observability: { enabled, receivers, noReceivers } }) {
    const count = [receivers.email, receivers.ntfy, receivers.telegram, receivers.webhook].flat().length;
    if (!enabled || count > 0 || noReceivers !== undefined) return;
    yield {
      path: ['observability', 'receivers'],
      message: 'has no receiver: alerts are seen by nobody',
      hint: "add one, for example ntfy: [{ name: 'phone' }], or write noReceivers with the reason why nobody is told",
    };
  },
});

const measurementsFitTheDisk = rule({
  code: 'OBS002',
  severity: 'warning',
  title: 'measurements are not written to an SD card',
  reason: 'they are written all day: the card wears out, and with it the board ends',
  reads: [
    'observability.enabled',
    'longhorn.enabled',
    'boards[].name',
    'boards[].role',
    'boards[].boot',
    'boards[].disks[].purpose',
  ],
  *check({ observability, longhorn, boards }) {
    if (!observability.enabled || longhorn.enabled) return;
    for (const [index, { name, role, boot, disks }] of indexed(boards)) {
      // A server on a card has more to lose, and is told so (K3S006).
      if (
        role === 'server' ||
        boot !== 'sd-card' ||
        !isComplete(disks) ||
        disks.some(({ purpose }) => purpose === 'system')
      )
        continue;
      yield {
        path: ['boards', index],
        other: ['observability', 'enabled'],
        message: `the volume of measurements may be made on the SD card of "${name}": without Longhorn it is on the board that first runs Prometheus`,
        hint: "add a disk with purpose: 'system', or write boot: 'ssd' if the board boots from one",
      };
      return;
    }
  },
});

/** Bytes of memory of a board that can run Prometheus beside what every server runs. */
const leastMemory = 4 * 2 ** 30;

const someBoardIsLargeEnough = rule({
  code: 'OBS003',
  severity: 'warning',
  title: 'a home that is measured has a board with 4 GiB of memory',
  reason: 'Prometheus takes the memory of what it watches, and is killed at the first large query',
  reads: ['observability.enabled'],
  readsAll: ['boards[].memory'],
  *check({ observability, boards }) {
    const largest = Math.max(...boards.flatMap(({ memory }) => [memory]));
    if (!observability.enabled || largest >= leastMemory) return;
    yield {
      path: ['observability', 'enabled'],
      message: `the largest board has ${formatBytes(largest)} of memory, and Prometheus with Grafana want one with ${formatBytes(leastMemory)}`,
      hint: 'write enabled: false, or add a larger board',
    };
  },
});

const silenceIsNoticed = rule({
  code: 'OBS005',
  severity: 'warning',
  title: 'somebody outside notices when the home is silent',
  reason: 'after a power cut, or when the board of Prometheus dies, no alert comes, which looks as if all were well',
  reads: ['observability.enabled', 'observability.watcher', 'observability.noReceivers'],
  *check({ observability: { enabled, watcher, noReceivers } }) {
    if (!enabled || watcher || noReceivers !== undefined) return;
    yield {
      path: ['observability', 'watcher'],
      message: 'is false: nobody outside notices when no alert can come any more',
      hint: 'make a check at a service such as healthchecks.io and write watcher: true',
    };
  },
});

const receiversAreUnique = rule({
  code: 'OBS006',
  severity: 'error',
  title: 'each receiver of a kind has a name of its own',
  reason: 'one would get the secret of the other',
  reads: [
    'observability.receivers.email[].name',
    'observability.receivers.ntfy[].name',
    'observability.receivers.telegram[].name',
    'observability.receivers.webhook[].name',
  ],
  *check({ observability: { receivers } }) {
    for (const [kind, list] of Object.entries(receivers)) {
      yield* duplicates(
        indexed(list).map(([index, { name }]) => ({
          path: ['observability', 'receivers', kind, index, 'name'],
          key: name,
          what: `"${name}"`,
        })),
        'give each its own name',
      );
    }
  },
});

function valuesOf({ values }: Config['observability']): ChartValues {
  return chartValues(values, 'observability.values');
}

function podsOf(boards: number, values: ChartValues): Pods[] {
  const reloader = values.resources('prometheusOperator.prometheusConfigReloader.resources', resources.configReloader);
  const pods = (name: string, path: string, replicas: number, ours: Resources, ...more: Resources[]): Pods => ({
    name,
    replicas: values.count(`${path}.replicas`, replicas),
    resources: together(values.resources(`${path}.resources`, ours), ...more),
  });
  const parts = {
    prometheus: pods('prometheus', 'prometheus.prometheusSpec', 1, resources.prometheus, reloader),
    alertmanager: {
      ...pods('alertmanager', 'alertmanager.alertmanagerSpec', alertmanagers(boards), resources.alertmanager, reloader),
      areApart: (values.text('alertmanager.alertmanagerSpec.podAntiAffinity') ?? 'hard') === 'hard',
    },
    grafana: pods('grafana', 'grafana', 1, resources.grafana),
    prometheusOperator: pods('prometheus-operator', 'prometheusOperator', 1, resources.operator),
    kubeStateMetrics: pods('kube-state-metrics', 'kube-state-metrics', 1, resources.kubeStateMetrics),
  };
  return Object.entries(parts).flatMap(([part, one]) => (values.isOn(`${part}.enabled`) ? [one] : []));
}

/** Of node-exporter, on each board. */
function nodeExporterOf(values: ChartValues): Resources {
  return values.resources('prometheus-node-exporter.resources', resources.nodeExporter);
}

export const observability: Slice = {
  name: 'observability',
  rules: [alertsReachSomebody, receiversAreUnique, measurementsFitTheDisk, someBoardIsLargeEnough, silenceIsNoticed],
  namespaces: (config) =>
    config.observability.enabled
      ? [
          {
            name: namespace,
            capability: 'observability',
            podSecurity: 'privileged',
            reason: 'node-exporter reads the processes, disks and file systems of the board',
          },
        ]
      : [],
  hostNames: ({ observability, home }) =>
    observability.enabled ? [{ host: grafanaHost(home), capability: 'observability', exposures: ['lan'] }] : [],
  flows: (config) => (config.observability.enabled ? observabilityFlows(config) : []),
  withoutBackup: ({ observability, longhorn }) =>
    observability.enabled && longhorn.enabled ? [{ namespace, name: claim }] : [],
  pods: ({ observability, boards }) => (observability.enabled ? podsOf(boards.length, valuesOf(observability)) : []),
  secrets,
  uncounted: ({ observability, boards }) => {
    if (!observability.enabled) return [];
    const values = valuesOf(observability);
    podsOf(boards.length, values);
    nodeExporterOf(values);
    return values.unread();
  },
  requirements: ({ observability }) =>
    observability.enabled
      ? { containers: [{ name: 'node-exporter', resources: nodeExporterOf(valuesOf(observability)) }] }
      : {},
};
