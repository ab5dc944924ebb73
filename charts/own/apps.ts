import type { Chart } from 'cdk8s';
import { KubeLimitRange, Quantity } from 'cdk8s-plus-27/lib/imports/k8s.js';
import type { OwnFolder } from '../../model/facts/own.ts';
import type { OwnApp } from '../../model/facts/own-apps.ts';
import type { Model } from '../../model/model.ts';
import { addClaim } from '../claim.ts';
import { type Capability, folderPath, volumesReady } from '../folder.ts';
import { addIngress } from '../ingress.ts';
import { addNamespace, namespaceOf } from '../namespace.ts';
import { addRelease } from '../release.ts';
import { hostNameOf } from '../route.ts';

/** The folder with the namespace of an app of the admin. */
function controllersOf({ namespace }: Pick<OwnApp, 'namespace'>) {
  return { layer: 'controllers', capability: namespace, namespace } as const;
}

const traefik = folderPath({ layer: 'controllers', capability: 'traefik' });

/**
 * The apps of the admin that are charts: each has a namespace, and those of Helm their release. The objects of a chart of
 * cdk8s have a folder of their own (charts/own/folders.ts).
 */
export const ownApps: Capability = (model) =>
  model.ownApps.flatMap((app) => [
    {
      ...controllersOf(app),
      build: (chart: Chart) => {
        addNamespace(chart, namespaceOf(model.namespaces, app.namespace));
        if (app.release !== null) addLimits(chart, app.release);
      },
    },
    ...(app.release === null ? [] : [releaseFolder(model, app, app.release)]),
  ]);

function releaseFolder(model: Model, app: OwnApp, { chart: pin, values }: NonNullable<OwnApp['release']>) {
  return {
    layer: 'apps' as const,
    capability: app.namespace,
    namespace: app.namespace,
    dependsOn: neededBy(model, app),
    build: (chart: Chart) => {
      addRelease(chart, {
        name: app.name,
        chart: pin,
        values,
        ...(app.page !== null && { services: { [app.page.service]: [app.page.port] } }),
        keepsClaims: true,
      });
      addPartsOf(chart, model, app);
    },
  };
}

/** The app whose chart a folder is. */
export function appOf({ ownApps }: Pick<Model, 'ownApps'>, folder: OwnFolder): OwnApp | undefined {
  return 'chart' in folder && folder.isApp ? ownApps.find(({ name }) => name === folder.name) : undefined;
}

/** Folders that must be ready before the objects of an app: a claim gets no other storage class later. */
export function neededBy(model: Model, app: OwnApp): string[] {
  return [folderPath(controllersOf(app)), ...(app.page === null ? [] : [traefik]), ...volumesReady(model)];
}

/** What stands beside the objects of the chart: its claims, which its pods bind, and the way to its pages. */
export function addPartsOf(chart: Chart, { hostNames }: Model, { name, storage, page }: OwnApp): void {
  for (const { size, ...claim } of storage) addClaim(chart, { ...claim, bytes: size });
  if (page === null) return;
  addIngress(chart, {
    name,
    hostName: hostNameOf(hostNames, page.host),
    service: { name: page.service, port: page.port },
  });
}

/**
 * Requests and limits of containers for which the chart says nothing: without, one could take all the memory of a board.
 * A container asks for as much as its limit where nothing else is said (Kubernetes, "Limit Ranges"), so that a request is
 * said, too.
 */
function addLimits(chart: Chart, { containerLimit }: NonNullable<OwnApp['release']>): void {
  const memory = Quantity.fromString(containerLimit);
  new KubeLimitRange(chart, 'limits', {
    metadata: { name: 'limits' },
    spec: {
      limits: [
        {
          type: 'Container',
          default: { memory },
          defaultRequest: { cpu: Quantity.fromString('10m'), memory: Quantity.fromString('32Mi') },
        },
      ],
    },
  });
}
