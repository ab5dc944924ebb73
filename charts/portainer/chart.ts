import type { Chart } from 'cdk8s';
import type { Model, Portainer } from '../../model/model.ts';
import { containerResources } from '../container-resources.ts';
import { type Capability, folderPath } from '../folder.ts';
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
    // Its claim waits for the storage class, whichever comes first.
    { ...controllers, build: (chart) => addPortainer(chart, model, page) },
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

function addPortainer(chart: Chart, model: Model, page: Portainer): void {
  addNamespace(chart, namespaceOf(model.namespaces, 'portainer'));
  addRelease(chart, {
    name: 'portainer',
    chart: model.pins.portainer,
    values: portainerValues(model, page),
    extraValues: page.values,
    services: { [service.name]: [service.port] },
    // It does not start on the database of a newer version (portainer/portainer, issue 12382).
    neverGoesBack: true,
  });
}

function portainerValues({ storageClasses }: Model, page: Portainer): PortainerValues {
  const { resources } = page;
  return {
    image: { pullPolicy: 'IfNotPresent' },
    service: { type: 'ClusterIP', httpPort: service.port },
    trusted_origins: { enabled: true, domains: page.host },
    // Else the first who opens the page in its first minutes becomes the administrator of the cluster.
    adminPassword: { existingSecret: page.secretName },
    resources: containerResources(resources),
    persistence: {
      enabled: true,
      size: `${Math.ceil(page.size / 2 ** 20)}Mi`,
      storageClass: storageClasses.replicated,
      // Its accounts and settings outlive the release.
      annotations: { 'helm.sh/resource-policy': 'keep' },
    },
  };
}
