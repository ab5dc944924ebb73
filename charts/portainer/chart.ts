import type { Chart } from 'cdk8s';
import type { Portainer } from '../../model/facts/management.ts';
import type { Model } from '../../model/model.ts';
import { addClaim } from '../claim.ts';
import { containerResources } from '../container-resources.ts';
import { type Capability, folderPath, volumesReady } from '../folder.ts';
import { addNamespace, namespaceOf } from '../namespace.ts';
import { addRelease } from '../release.ts';
import { addRoute, hostNameOf } from '../route.ts';
import type { PortainerValues } from './values.ts';

/** Portainer: a web page that manages the cluster, with accounts of its own. */
export const portainer: Capability = (model) => {
  const { portainer: page } = model;
  if (page === null) return [];
  const controllers = { layer: 'controllers', capability: 'portainer', namespace: page.namespace } as const;
  return [
    { ...controllers, dependsOn: volumesReady(model), build: (chart) => addPortainer(chart, model, page) },
    {
      layer: 'configs',
      capability: 'portainer',
      namespace: page.namespace,
      dependsOn: [folderPath(controllers), folderPath({ layer: 'controllers', capability: 'traefik' })],
      build: (chart) =>
        addRoute(chart, {
          name: 'portainer',
          hostName: hostNameOf(model.hostNames, page.host),
          service: { name: service.name, port: service.port },
        }),
    },
  ];
};

/** The chart's Service (chart 239.4.0, templates/service.yaml). */
const service = { name: 'portainer', port: 9000 } as const;

/** Of its accounts and settings. */
const claim = 'portainer';

function addPortainer(chart: Chart, model: Model, page: Portainer): void {
  addNamespace(chart, namespaceOf(model.namespaces, 'portainer'));
  addClaim(chart, { name: claim, bytes: page.size, isFixed: model.longhorn === null });
  addRelease(chart, {
    name: 'portainer',
    chart: model.pins.portainer,
    values: portainerValues(page),
    extraValues: page.values,
    services: { [service.name]: [service.port] },
  });
}

function portainerValues({ host, secretName, resources }: Portainer): PortainerValues {
  return {
    image: { pullPolicy: 'IfNotPresent' },
    service: { type: 'ClusterIP', httpPort: service.port },
    trusted_origins: { enabled: true, domains: host },
    // Else the first who opens the page in its first minutes becomes the administrator of the cluster.
    adminPassword: { existingSecret: secretName },
    resources: containerResources(resources),
    persistence: { enabled: true, existingClaim: claim },
  };
}
