import type { Chart } from 'cdk8s';
import { KubeClusterRoleBinding, KubeServiceAccount } from 'cdk8s-plus-27/lib/imports/k8s.js';
import type { ManagementPage } from '../../model/facts/management.ts';
import type { Model } from '../../model/model.ts';
import { priorities } from '../../model/priorities.ts';
import { clusterWide } from '../cluster-wide.ts';
import { containerResources } from '../container-resources.ts';
import { type Capability, folderPath } from '../folder.ts';
import { addNamespace, namespaceOf } from '../namespace.ts';
import { addRelease } from '../release.ts';
import { addRoute, hostNameOf } from '../route.ts';
import type { HeadlampValues } from './values.ts';

/** Headlamp: a web page that shows the cluster to whoever has a token, as much of it as the token may see. */
export const headlamp: Capability = (model) => {
  const { headlamp: page } = model;
  if (page === null) return [];
  const controllers = { layer: 'controllers', capability: 'headlamp', namespace: page.namespace } as const;
  return [
    { ...controllers, build: (chart) => addHeadlamp(chart, model, page) },
    {
      layer: 'configs',
      capability: 'headlamp',
      namespace: page.namespace,
      dependsOn: [folderPath(controllers), folderPath({ layer: 'controllers', capability: 'traefik' })],
      build: (chart) =>
        addRoute(chart, {
          name: 'headlamp',
          hostName: hostNameOf(model.hostNames, page.host),
          service: { name: service.name, port: service.port },
        }),
    },
  ];
};

/** The chart's Service (chart 0.45.0, templates/service.yaml). */
const service = { name: 'headlamp', port: 80 } as const;

/** Accounts that tokens are made for, and nothing else: `kubectl -n headlamp create token <name>`. */
const accounts = { viewer: 'view', admin: 'cluster-admin' } as const;

function addHeadlamp(chart: Chart, model: Model, page: ManagementPage): void {
  addNamespace(chart, namespaceOf(model.namespaces, 'headlamp'));
  addRelease(chart, {
    name: 'headlamp',
    chart: model.pins.headlamp,
    values: headlampValues(page),
    extraValues: page.values,
    services: { [service.name]: [service.port] },
  });
  for (const [name, role] of Object.entries(accounts)) {
    new KubeServiceAccount(chart, `service-account-${name}`, {
      metadata: { name },
      automountServiceAccountToken: false,
    });
    const binding = new KubeClusterRoleBinding(chart, `cluster-role-binding-${name}`, {
      metadata: { name: `headlamp-${name}` },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
      subjects: [{ kind: 'ServiceAccount', name, namespace: page.namespace }],
    });
    clusterWide(binding);
  }
}

function headlampValues({ resources }: ManagementPage): HeadlampValues {
  return {
    replicaCount: 1,
    priorityClassName: priorities.low.className,
    config: {
      sessionTTL: 12 * 3600,
      unsafeUseServiceAccountToken: false,
      enableHelm: false,
    },
    // Whoever reaches the page is nobody: the pod itself may do nothing.
    clusterRoleBinding: { create: false },
    podSecurityContext: { seccompProfile: { type: 'RuntimeDefault' } },
    securityContext: {
      runAsNonRoot: true,
      // The users of the image, as in the chart.
      runAsUser: 100,
      runAsGroup: 101,
      privileged: false,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    resources: containerResources(resources),
  };
}
