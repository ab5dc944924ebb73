import type { Chart } from 'cdk8s';
import type { Model } from '../../model/model.ts';
import { addAdminPage } from '../admin-page.ts';
import { type Capability, folderPath } from '../folder.ts';
import { addNamespace, namespaceOf } from '../namespace.ts';
import { addRelease } from '../release.ts';
import { hostNameOf } from '../route.ts';
import { addEntryPointMiddlewares } from './middlewares.ts';
import { traefikValues } from './release-values.ts';
import { addTls } from './tls.ts';

/** The ingress: Traefik on every board that can own the virtual IP, and its dashboard for the home. */
export const traefik: Capability = (model) => {
  const { namespace } = model.traefik;
  const controllers = { layer: 'controllers', capability: 'traefik', namespace } as const;
  return [
    { ...controllers, build: (chart) => addTraefik(chart, model) },
    {
      layer: 'configs',
      capability: 'traefik',
      namespace,
      dependsOn: [folderPath(controllers)],
      build: (chart) => addConfiguration(chart, model),
    },
  ];
};

function addTraefik(chart: Chart, model: Model): void {
  addNamespace(chart, namespaceOf(model.namespaces, 'traefik'));
  addRelease(chart, {
    name: 'traefik',
    chart: model.pins.traefik,
    values: traefikValues(model),
    extraValues: model.traefik.values,
    isOnEachBoard: true,
  });
}

function addConfiguration(chart: Chart, model: Model): void {
  const { traefik, hostNames } = model;
  addTls(chart, model);
  addEntryPointMiddlewares(chart, model);
  if (traefik.dashboard === null) return;
  const { host, secretName } = traefik.dashboard;
  addAdminPage(chart, {
    name: 'dashboard',
    hostName: hostNameOf(hostNames, host),
    paths: ['/dashboard', '/api'],
    service: { traefik: 'api@internal' },
    secretName,
  });
}
