import type { Chart } from 'cdk8s';
import type { ManagementPage } from '../../model/facts/management.ts';
import type { Model } from '../../model/model.ts';
import { priorities } from '../../model/priorities.ts';
import { containerResources } from '../container-resources.ts';
import { type Capability, folderPath } from '../folder.ts';
import { addNamespace, namespaceOf } from '../namespace.ts';
import { addRelease } from '../release.ts';
import { addRoute, hostNameOf } from '../route.ts';
import type { DashboardPart, DashboardValues } from './values.ts';

/** Kubernetes Dashboard, as its makers left it: it shows whoever has a token what that may see. */
export const kubernetesDashboard: Capability = (model) => {
  const { dashboard: page } = model;
  if (page === null) return [];
  const controllers = { layer: 'controllers', capability: 'kubernetes-dashboard', namespace: page.namespace } as const;
  return [
    { ...controllers, build: (chart) => addDashboard(chart, model, page) },
    {
      layer: 'configs',
      capability: 'kubernetes-dashboard',
      namespace: page.namespace,
      dependsOn: [folderPath(controllers), folderPath({ layer: 'controllers', capability: 'traefik' })],
      build: (chart) => addRoutes(chart, model, page),
    },
  ];
};

/** Of each of the chart's Services (chart 7.13.0, `values.yaml`). */
const port = 8000;

/**
 * Which service answers what, as the chart's own proxy has it (chart 7.13.0, templates/config/gateway.yaml): Traefik
 * does its work, and a board is spared a second proxy.
 */
const routes = {
  auth: ['/api/v1/login', '/api/v1/csrftoken/login', '/api/v1/me'],
  api: ['/api'],
  web: [],
} as const satisfies Record<string, readonly string[]>;

function serviceName(part: string): string {
  return `kubernetes-dashboard-${part}`;
}

function addDashboard(chart: Chart, model: Model, page: ManagementPage): void {
  addNamespace(chart, namespaceOf(model.namespaces, 'kubernetes-dashboard'));
  addRelease(chart, {
    name: 'kubernetes-dashboard',
    chart: model.pins.kubernetesDashboard,
    values: dashboardValues(page),
    extraValues: page.values,
    services: Object.fromEntries(Object.keys(routes).map((part) => [serviceName(part), [port]])),
  });
}

function addRoutes(chart: Chart, { hostNames }: Model, page: ManagementPage): void {
  for (const [part, paths] of Object.entries(routes)) {
    addRoute(chart, {
      name: serviceName(part),
      hostName: hostNameOf(hostNames, page.host),
      paths,
      service: { name: serviceName(part), port },
    });
  }
}

function dashboardValues({ resources }: ManagementPage): DashboardValues {
  const part: DashboardPart = {
    containers: {
      resources: containerResources(resources),
    },
  };
  return {
    app: { priorityClassName: priorities.low.className },
    auth: part,
    api: part,
    web: part,
    metricsScraper: { ...part, enabled: true },
    kong: { enabled: false },
  };
}
