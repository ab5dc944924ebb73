import type { Chart } from 'cdk8s';
import { IntOrString } from 'cdk8s-plus-27/lib/imports/k8s.js';
import { appSecretName } from '../../model/app-parts.ts';
import type { App } from '../../model/facts/apps.ts';
import type { Model } from '../../model/model.ts';
import { addClaim } from '../claim.ts';
import { type Capability, folderPath, volumesReady } from '../folder.ts';
import { addIngress } from '../ingress.ts';
import { addNamespace, namespaceOf } from '../namespace.ts';
import { hostNameOf } from '../route.ts';
import { addWorkload, type Probe, type Volume } from '../workload.ts';

const webPort = IntOrString.fromString('web');

/** The web apps of the admin: each has a namespace, and one workload behind Traefik. */
export const apps: Capability = (model) =>
  model.apps.flatMap((app) => {
    const { namespace } = app;
    const controllers = { layer: 'controllers', capability: namespace, namespace } as const;
    return [
      {
        ...controllers,
        build: (chart: Chart) => {
          addNamespace(chart, namespaceOf(model.namespaces, namespace));
        },
      },
      {
        layer: 'apps' as const,
        capability: namespace,
        namespace,
        dependsOn: [
          folderPath(controllers),
          folderPath({ layer: 'controllers', capability: 'traefik' }),
          ...volumesReady(model),
        ],
        build: (chart: Chart) => addApp(chart, model, app),
      },
    ];
  });

function addApp(chart: Chart, { hostNames, encryptedSecrets }: Model, app: App): void {
  for (const { size, ...claim } of app.storage) addClaim(chart, { ...claim, bytes: size });
  const files = app.secrets.flatMap(({ key, file }) => (file === null ? [] : [{ key, file }]));
  const variables = app.secrets.flatMap(({ key, variable }) => (variable === null ? [] : [{ key, variable }]));
  const writable = app.writable.map((path, index) => ({ path, volume: `writable-${index + 1}` }));
  addWorkload(chart, {
    name: app.name,
    app: app.name,
    instance: app.name,
    component: 'server',
    replicas: app.replicas,
    priority: app.priority,
    terminationGracePeriod: 30,
    secretTexts: encryptedSecrets.filter(({ namespace }) => namespace === app.namespace).map(({ text }) => text),
    volumes: Object.fromEntries<Volume>([
      ...app.storage.map(({ name }) => [`data-${name}`, { claim: name }] as const),
      ...writable.map(({ volume }) => [volume, { emptyIn: 'disk', sizeLimit: '256Mi' }] as const),
      ...(files.length > 0 ? [['secrets', { secret: appSecretName, keys: files.map(({ key }) => key) }] as const] : []),
    ]),
    containers: [
      {
        name: 'server',
        image: app.image,
        ...(app.command !== null && { command: app.command }),
        environment: app.environment,
        secretEnvironment: Object.fromEntries(
          variables.map(({ key, variable }) => [variable, { secret: appSecretName, key }]),
        ),
        resources: app.resources,
        runAs: { uid: app.user, gid: app.user },
        ports: [
          { name: 'web', number: app.port },
          ...(hasOwnPort(app) ? [{ name: 'metrics', number: app.metrics.port, ofPodOnly: true }] : []),
        ],
        mounts: [
          ...app.storage.map(({ name, path }) => ({ volume: `data-${name}`, path, writable: true })),
          ...writable.map((mount) => ({ ...mount, writable: true })),
          ...files.map(({ key, file }) => ({ volume: 'secrets', path: file, subPath: key })),
        ],
        ...probes(app),
      },
    ],
  });
  addIngress(chart, {
    name: app.name,
    hostName: hostNameOf(hostNames, app.host),
    service: { name: app.name, port: app.port },
  });
}

/** Whether its figures are at another port than its pages. */
function hasOwnPort(app: App): app is App & { readonly metrics: NonNullable<App['metrics']> } {
  return app.metrics !== null && app.metrics.port !== app.port;
}

/** Two minutes for a start, on a slow board with a cold disk. */
function probes({ health }: App): { startup: Probe; readiness: Probe; liveness: Probe } {
  const asks = health === null ? { tcpSocket: { port: webPort } } : { httpGet: { path: health, port: webPort } };
  const every = { ...asks, periodSeconds: 10, timeoutSeconds: 5 };
  return {
    startup: { ...every, periodSeconds: 5, failureThreshold: 24 },
    readiness: { ...every, failureThreshold: 3 },
    liveness: { ...every, periodSeconds: 30, failureThreshold: 4 },
  };
}
