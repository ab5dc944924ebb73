import { ApiObject, type Chart } from 'cdk8s';
import { IntOrString, KubeNetworkPolicy } from 'cdk8s-plus-27/lib/imports/k8s.js';
import { RecurringJob } from '../../imports/longhorn.io.ts';
import type { Longhorn, Model, Observability } from '../../model/model.ts';
import { addAdminPage } from '../admin-page.ts';
import { clusterWide } from '../cluster-wide.ts';
import { type Capability, folderPath } from '../folder.ts';
import { addNamespace, namespaceOf, neverPruned } from '../namespace.ts';
import { addPagePolicy } from '../page-policy.ts';
import { addRelease } from '../release.ts';
import { hostNameOf } from '../route.ts';
import { longhornValues } from './release-values.ts';

/** Replicated block storage: Longhorn on the declared disks, its two storage classes, its jobs and its page. */
export const longhorn: Capability = (model) => {
  const { longhorn: facts } = model;
  if (facts === null) return [];
  const controllers = { layer: 'controllers', capability: 'longhorn', namespace: facts.namespace } as const;
  return [
    { ...controllers, build: (chart) => addLonghorn(chart, model, facts) },
    {
      layer: 'configs',
      capability: 'longhorn',
      namespace: facts.namespace,
      dependsOn: [folderPath(controllers), folderPath({ layer: 'controllers', capability: 'traefik' })],
      build: (chart) => addConfiguration(chart, model, facts),
    },
  ];
};

/** Of the page: the chart's Service, and the pods behind it (chart 1.12.1, services.yaml and deployment-ui.yaml). */
const page = { service: 'longhorn-frontend', port: 80, pods: { app: 'longhorn-ui' }, podPort: 8000 } as const;

function addLonghorn(chart: Chart, model: Model, facts: Longhorn): void {
  addNamespace(chart, namespaceOf(model.namespaces, 'longhorn'));
  addRelease(chart, {
    name: 'longhorn',
    chart: model.pins.longhorn,
    values: longhornValues(facts),
    extraValues: facts.values,
    services: { [page.service]: [page.port] },
    holdsData: true,
  });
  // The chart closes Longhorn's other ports. The page may delete every volume, and asks nobody who they are.
  addPagePolicy(chart, model, { name: 'longhorn-page', pods: page.pods, port: page.podPort });
  if (model.observability !== null) addMetricsPolicy(chart, model.observability);
}

/** Beside the chart's policy, which lets only Longhorn's own pods to its manager (chart 1.12.1, network-policies). */
function addMetricsPolicy(chart: Chart, { namespace }: Observability): void {
  new KubeNetworkPolicy(chart, 'network-policy-longhorn-metrics', {
    metadata: { name: 'longhorn-metrics' },
    spec: {
      podSelector: { matchLabels: { app: 'longhorn-manager' } },
      policyTypes: ['Ingress'],
      ingress: [
        {
          from: [
            {
              namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
              podSelector: { matchLabels: { 'app.kubernetes.io/name': 'prometheus' } },
            },
          ],
          ports: [{ protocol: 'TCP', port: IntOrString.fromNumber(metricsPort) }],
        },
      ],
    },
  });
}

/** Of Longhorn's manager, named `manager` in its pods (chart 1.12.1, daemonset-sa.yaml). */
const metricsPort = 9500;

function addConfiguration(chart: Chart, { hostNames }: Model, facts: Longhorn): void {
  addSingleClass(chart, facts);
  for (const { name, task, cron, retain, parameters } of facts.jobs) {
    new RecurringJob(chart, `recurring-job-${name}`, {
      metadata: { name },
      spec: {
        name,
        task,
        cron,
        retain,
        // The group of every volume that names none.
        groups: ['default'],
        // One volume after the other: the disks are slow.
        concurrency: 1,
        ...(Object.keys(parameters).length > 0 && { parameters: { ...parameters } }),
      },
    });
  }
  addAdminPage(chart, {
    name: 'longhorn',
    hostName: hostNameOf(hostNames, facts.host),
    service: { name: page.service, port: page.port },
    secretName: facts.authSecretName,
  });
}

/**
 * The class of one copy, near the pod that uses it. Not `strict-local`: such a volume is bound to its board, and
 * Kubernetes does not know it, so that a pod that restarts elsewhere waits for it there for ever.
 */
function addSingleClass(chart: Chart, { storageClasses }: Longhorn): void {
  const name = storageClasses.single;
  const object = new ApiObject(chart, `storage-class-${name}`, {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: {
      name,
      annotations: {
        ...neverPruned,
        // What a class says cannot change: Flux makes it anew, and the volumes of the old one stay as they are.
        'kustomize.toolkit.fluxcd.io/force': 'enabled',
      },
    },
    provisioner: 'driver.longhorn.io',
    allowVolumeExpansion: true,
    reclaimPolicy: 'Retain',
    volumeBindingMode: 'WaitForFirstConsumer',
    parameters: {
      numberOfReplicas: '1',
      dataLocality: 'best-effort',
      // Minutes until a copy that failed is given up, as in the chart's own class.
      staleReplicaTimeout: '30',
      fsType: 'ext4',
      dataEngine: 'v1',
    },
  });
  clusterWide(object);
}
