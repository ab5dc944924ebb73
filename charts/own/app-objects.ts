import { appSecretName } from '../../model/app-parts.ts';
import type { OwnFolder } from '../../model/facts/own.ts';
import type { OwnApp } from '../../model/facts/own-apps.ts';
import type { Model } from '../../model/model.ts';
import { unused } from '../../model/own-apps.ts';
import {
  groupOf,
  identityOf,
  type KubernetesObject,
  type OwnObject,
  podsOf,
  valuesOf,
} from '../../model/own-objects.ts';
import type { RuleFinding } from '../../model/problems.ts';

/** What is judged of the objects of a chart that the home does something for. */

/** Objects of the admin that have the identity of what the home puts beside a chart. */
export function* besides({ ownApps }: Pick<Model, 'ownApps'>, objects: readonly OwnObject[]): Generator<RuleFinding> {
  const ours = new Map<string, string>(
    ownApps.flatMap(({ name: app, namespace, page, storage }) => [
      ...(page === null ? [] : [[`Ingress.networking.k8s.io ${namespace}/${app}`, `app.page of ${app}`] as const]),
      ...storage.map(({ name }) => [`PersistentVolumeClaim ${namespace}/${name}`, `app.storage of ${app}`] as const),
    ]),
  );
  for (const { object, path } of objects) {
    const part = ours.get(identityOf(object));
    if (part === undefined) continue;
    yield {
      path,
      message: `${identityOf(object)} is already made by homecloud, for ${part}`,
      hint: 'take one of the two away',
    };
  }
}

interface Port {
  readonly name?: unknown;
  readonly port?: unknown;
  readonly targetPort?: unknown;
  readonly containerPort?: unknown;
}

/** Pages that no Service of the chart has, or at another port of its pods. */
export function* withoutPage(
  { page, namespace }: OwnApp,
  folder: OwnFolder,
  objects: readonly OwnObject[],
): Generator<RuleFinding> {
  const all = objects.map(({ object }) => object);
  // What others make of these, nobody knows here.
  if (page === null || all.some(({ apiVersion }) => /\.fluxcd\.io$/.test(groupOf(apiVersion)))) return;
  const ports = all
    .filter(({ kind, metadata }) => kind === 'Service' && metadata.namespace === namespace)
    .flatMap((service) => portsOf(service).map((port) => ({ service: service.metadata.name, port })));
  const found = ports.find(({ service, port }) => service === page.service && port.port === page.port);
  const path = [...folder.path, 'app', 'page'];
  if (found === undefined) {
    yield {
      path,
      message: `leads to the Service ${page.service}, port ${page.port}, in the namespace ${namespace}, and the chart makes none`,
      hint:
        ports.length > 0
          ? `write service and port of one that it makes: ${ports.map(({ service, port }) => `${service}:${port.port}`).join(', ')}`
          : `let the chart make it, or take page away`,
    };
    return;
  }
  const podPort = portOfPods(found.port, all);
  if (podPort === undefined || podPort === page.podPort) return;
  yield {
    path,
    message: `has the port ${page.podPort} of its pods, and the Service ${page.service} leads to their port ${podPort}: the policies would let nobody in`,
    hint: `write podPort: ${podPort}`,
  };
}

function portsOf({ spec }: KubernetesObject): readonly Port[] {
  return (spec as { readonly ports?: readonly Port[] } | undefined)?.ports ?? [];
}

/** The port of the pods that a port of a Service leads to; unknown where no container has its name. */
function portOfPods({ port, targetPort = port }: Port, objects: readonly KubernetesObject[]): unknown {
  if (typeof targetPort !== 'string') return targetPort;
  return objects
    .flatMap(podsOf)
    .flatMap(({ containers = [] }) => containers.flatMap((one) => (one as { ports?: readonly Port[] }).ports ?? []))
    .find(({ name }) => name === targetPort)?.containerPort;
}

/** Volumes and secrets of an app that its chart does not name. */
export function* notUsed(
  { storage, hasSecrets }: OwnApp,
  { path }: OwnFolder,
  objects: readonly OwnObject[],
): Generator<RuleFinding> {
  const texts = new Set(objects.flatMap(({ object }) => [...valuesOf(object)].map(([, value]) => value)));
  yield* unused({ storage, secrets: hasSecrets ? [appSecretName] : [] }, [...path, 'app'], texts);
}

/** Pods of a chart, and what leads to them, outside of the namespace that the home has made for them. */
export function* elsewhere(
  { namespace }: OwnApp,
  { path }: OwnFolder,
  objects: readonly OwnObject[],
): Generator<RuleFinding> {
  const lost = objects
    .map(({ object }) => object)
    .filter((one) => podsOf(one).length > 0 || (one.kind === 'Service' && groupOf(one.apiVersion) === ''))
    .filter(({ metadata }) => metadata.namespace !== namespace);
  if (lost.length === 0) return;
  yield {
    path: [...path, 'chart'],
    message: `makes ${lost.map(identityOf).join(', ')}, and app is about the namespace ${namespace}: its policies, secrets and claims are there`,
    hint: `make the chart with the namespace: new Guestbook(scope, 'guestbook', { namespace: '${namespace}' }); or take app away`,
  };
}
