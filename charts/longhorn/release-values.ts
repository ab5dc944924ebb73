import type { Longhorn } from '../../model/facts/longhorn.ts';
import { instanceManagerPercent } from '../../model/longhorn-pods.ts';
import { containerResources } from '../container-resources.ts';
import type { ReleaseLimits } from '../release.ts';
import type { LonghornValues } from './values.ts';

/** Seconds between two looks at the backups: each asks a server that may be paid by the request. */
const pollInterval = 3600;

/** Values of the release: volumes on the declared disks alone, sized for a few small boards. */
export function longhornValues({ boards, replicas, dataPath, backup, resources }: Longhorn): LonghornValues {
  const isAlone = boards === 1;
  return {
    persistence: {
      defaultClass: true,
      defaultClassReplicaCount: replicas,
      defaultDataLocality: 'best-effort',
      // A claim that is deleted by mistake leaves its volume.
      reclaimPolicy: 'Retain',
      // The board that runs the pod gets a copy.
      volumeBindingMode: 'WaitForFirstConsumer',
    },
    preUpgradeChecker: { jobEnabled: false, upgradeVersionCheck: true },
    csi: {
      // While its board is away, no volume could go to another board.
      attacherReplicaCount: isAlone ? 1 : 2,
      provisionerReplicaCount: 1,
      resizerReplicaCount: 1,
      snapshotterReplicaCount: 1,
    },
    defaultSettings: {
      createDefaultDiskLabeledNodes: true,
      defaultDataPath: dataPath,
      defaultReplicaCount: perEngine(replicas),
      // The disks are Longhorn's own: nothing else fills them.
      storageReservedPercentageForDefaultDisk: 10,
      storageMinimalAvailablePercentage: 10,
      storageOverProvisioningPercentage: 100,
      replicaAutoBalance: isAlone ? 'disabled' : 'least-effort',
      // A board that restarts brings its copies back, so those that stand still hold no drain up. One that is in use and
      // the only one of its volume does (longhorn-manager v1.12.1, canDeleteInstanceManagerPDB).
      nodeDrainPolicy: 'allow-if-replica-is-stopped',
      nodeDownPodDeletionPolicy: 'delete-both-statefulset-and-deployment-pod',
      guaranteedInstanceManagerCPU: perEngine(instanceManagerPercent),
      systemManagedCSIComponentsResourceLimits: JSON.stringify({
        ...Object.fromEntries(sidecars.map((name) => [name, containerResources(resources.csiSidecar)])),
        'longhorn-csi-plugin': containerResources(resources.csiPlugin),
      }),
      upgradeChecker: false,
      allowCollectingLonghornUsageMetrics: false,
    },
    ...(backup && {
      defaultBackupStore: {
        backupTarget: backup.target,
        ...(backup.secretName !== null && { backupTargetCredentialSecret: backup.secretName }),
        pollInterval,
      },
    }),
    // Policies add up: beside those of our flows, these would only open its webhooks to everybody.
    networkPolicies: { restrictInternalTraffic: false },
    longhornManager: { resources: containerResources(resources.manager) },
    longhornUI: { replicas: 1 },
  };
}

/**
 * Of the containers that the chart has no values for (chart 1.12.1, templates). Those that Longhorn's manager makes itself
 * have no limits, and cannot have any: the instance managers, the images of the engine, the jobs, and the servers of
 * volumes that several pods write to. A LimitRange would reach them all, and with them what serves the volumes of a board.
 */
export function longhornLimits({ imagePull, deployer, page }: Longhorn['resources']): readonly ReleaseLimits[] {
  return [
    { kind: 'DaemonSet', name: 'longhorn-manager', containers: { 'pre-pull-share-manager-image': imagePull } },
    {
      kind: 'Deployment',
      name: 'longhorn-driver-deployer',
      containers: { 'longhorn-driver-deployer': deployer },
      initContainers: { 'wait-longhorn-manager': imagePull },
    },
    { kind: 'Deployment', name: 'longhorn-ui', containers: { 'longhorn-ui': page } },
  ];
}

/** Containers that Longhorn makes beside its own (longhorn-manager v1.12.1, `csi/deployment.go`). */
const sidecars = [
  ...['csi-attacher', 'csi-provisioner', 'csi-resizer', 'csi-snapshotter'],
  ...['node-driver-registrar', 'longhorn-liveness-probe'],
];

/** A setting of each data engine: `v2` is off, and asks for a value all the same. */
function perEngine(value: number): string {
  return JSON.stringify({ v1: String(value), v2: String(value) });
}
