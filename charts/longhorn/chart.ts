import { ApiObject, type Chart } from 'cdk8s';
import { RecurringJob } from '../../imports/longhorn.io.ts';
import type { Longhorn } from '../../model/facts/longhorn.ts';
import type { Model } from '../../model/model.ts';
import { addAdminPage } from '../admin-page.ts';
import { clusterWide } from '../cluster-wide.ts';
import { type Capability, folderPath } from '../folder.ts';
import { addNamespace, namespaceOf, neverPruned } from '../namespace.ts';
import { addRelease } from '../release.ts';
import { hostNameOf } from '../route.ts';
import { longhornLimits, longhornValues } from './release-values.ts';

/** Replicated block storage: Longhorn on the declared disks, its two storage classes, its jobs and its page. */
export const longhorn: Capability = (model) => {
  const { longhorn: facts } = model;
  if (facts === null) return [];
  // Volumes run on without the config: so does what backs them up, and what shuts everybody else out.
  const common = { capability: 'longhorn', namespace: facts.namespace, stays: true } as const;
  const controllers = { ...common, layer: 'controllers' } as const;
  return [
    { ...controllers, build: (chart) => addLonghorn(chart, model, facts) },
    {
      ...common,
      layer: 'configs',
      dependsOn: [folderPath(controllers), folderPath({ layer: 'controllers', capability: 'traefik' })],
      build: (chart) => addConfiguration(chart, model, facts),
    },
  ];
};

/** Of the page: the chart's Service (chart 1.12.1, services.yaml). */
const page = { service: 'longhorn-frontend', port: 80 } as const;

function addLonghorn(chart: Chart, model: Model, facts: Longhorn): void {
  addNamespace(chart, namespaceOf(model.namespaces, 'longhorn'));
  addRelease(chart, {
    name: 'longhorn',
    chart: model.pins.longhorn,
    values: longhornValues(facts),
    extraValues: facts.values,
    limits: longhornLimits(facts.resources),
    services: { [page.service]: [page.port] },
    holdsData: true,
    isOnEachBoard: true,
    // longhorn-manager, app/post_upgrade.go: all managers must have the new image. The one before an upgrade is off.
    hooksOnlyWait: true,
  });
}

function addConfiguration(chart: Chart, { hostNames }: Model, facts: Longhorn): void {
  addSingleClass(chart, facts);
  for (const { name, task, groups, cron, retain, parameters } of facts.jobs) {
    new RecurringJob(chart, `recurring-job-${name}`, {
      metadata: { name },
      spec: {
        name,
        task,
        cron,
        retain,
        groups: [...groups],
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
